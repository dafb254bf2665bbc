FROM alpine
ENV one two three
ENV a=1 b="two words" c='$raw' d=e\ f g=
ENV PATH=/usr/local/bin:$PATH HOME=${HOME:-/root}
LABEL "com.example.vendor"="ACME Incorporated" version=1.0
LABEL description="over \
lines"
