FROM --platform=$BUILDPLATFORM golang:1.22 AS build
ARG TARGETOS TARGETARCH
WORKDIR /src
RUN --mount=target=. --mount=type=cache,target=/root/.cache/go-build GOOS=$TARGETOS go build -o /out/app
FROM build AS test
RUN --network=none go test ./...
FROM scratch
COPY --from=build /out/app /app
ENTRYPOINT ["/app"]
