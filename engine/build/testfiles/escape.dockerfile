# escape=`
FROM base
RUN echo a `
# between
  b > /ab
ENV A=`$HOME `
  B=b
