# a comment
# escape=`
FROM alpine
# base is what everything begins from
FROM alpine AS base
   # indented
RUN a \
# between
   b \
   \
   c
