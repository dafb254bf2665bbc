FROM base AS other
RUN mkdir /lent && echo lent > /lent/file
FROM base
RUN --mount=type=bind,target=/ctx --mount=type=bind,from=other,source=/lent,target=/lent cat /ctx/docs/a.md /lent/file > /bound
RUN --mount=type=bind,target=/ctx,rw touch /ctx/docs/gone
RUN --mount=type=cache,target=/cache,id=golden,mode=0700,uid=3,gid=4 stat -c '%a %u:%g' /cache > /cached && echo x > /cache/x
RUN --mount=type=tmpfs,target=/t,size=4096 grep -c ' /t tmpfs' /proc/mounts > /tmpfs && touch /t/gone
RUN --mount=type=secret,id=key,target=/k,mode=0400,uid=7 stat -c '%a %u' /k > /secret
RUN --mount=type=secret,id=key,env=KEY test "$KEY" = golden && echo seen > /variable
RUN --network=none ls /sys/class/net > /none
RUN --security=sandbox true
