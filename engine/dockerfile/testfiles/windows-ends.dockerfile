FROM alpine
RUN a \
  b

COPY <<E /x
one
E
