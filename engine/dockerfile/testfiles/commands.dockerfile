FROM alpine
SHELL ["/bin/ash", "-eo", "pipefail", "-c"]
RUN echo hi | grep h
RUN ["/bin/echo", "a b"]
CMD echo $HOME
ENTRYPOINT [ 'not', 'json' ]
HEALTHCHECK NONE
STOPSIGNAL SIGQUIT
VOLUME /data /logs
VOLUME ["/more data"]
MAINTAINER somebody <some@body.org>
USER 1000:1000
