FROM base AS one
RUN echo 1 > /1
FROM base
RUN exit 9
FROM one AS three
ENV FROM_THREE=1
FROM three
COPY --from=0 /1 /zero
COPY --from=ONE /1 /one
