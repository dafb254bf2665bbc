# escape=`

FROM windows
RUN dir C:\ `
 && echo done
COPY testfile.txt c:\
ENV A="x y" B=z` w
