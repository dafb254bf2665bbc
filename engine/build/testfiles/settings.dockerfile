# syntax=docker/dockerfile:1
# check=skip=all
FROM base
LABEL one=1 "two words"="a b"
ENV A=1 B="$A 2"
EXPOSE 80 53/udp
VOLUME /data [/odd
VOLUME ["/more data"]
USER 12:34
WORKDIR made
STOPSIGNAL SIGQUIT
HEALTHCHECK --interval=5s --timeout=2s --start-period=1m --start-interval=3s --retries=4 CMD test -e /x
SHELL ["/bin/sh", "-ec"]
ENTRYPOINT ["/bin/echo", "said"]
CMD more
MAINTAINER Ann <ann@example.com>
ONBUILD COPY . /later
ONBUILD RUN echo later
