ARG BASE=alpine TAG
ARG REGISTRY="registry.example/team"
FROM ${REGISTRY}/${BASE}:${TAG:-latest}
ARG TAG
ARG MODE=release OTHER
RUN echo $MODE
