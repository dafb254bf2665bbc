FROM debian
RUN --mount=type=bind,from=tools,source=/bin,target=/tools,rw \
    --mount=type=tmpfs,target=/tmp,size=64m \
    --mount=type=secret,id=key,required=true,mode=0400 \
    --mount=type=ssh \
    --security=sandbox --network=host true
