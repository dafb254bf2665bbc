FROM alpine
ONBUILD COPY . /app
ONBUILD RUN --mount=type=secret,id=token cat /run/secrets/token
ONBUILD CMD ["x"]
