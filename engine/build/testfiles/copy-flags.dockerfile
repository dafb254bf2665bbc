FROM scratch
COPY --chmod=0640 --chown=12:34 docs/a.md /modes/a.md
COPY --chmod=755 src /modes/src
COPY --chmod=u=rwX,go=rX src /symbolic/
COPY --parents src/lib/*.js docs/./b.md /parents/
COPY --exclude=*.md --exclude=lib docs src /excluded/
COPY --link package.json /link/
COPY --from=base /etc/passwd /users
