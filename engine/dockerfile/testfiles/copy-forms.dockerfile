FROM alpine
COPY a b c /dest/
COPY ["with space", "/dest dir/"]
COPY --link --chmod=0755 run.sh /usr/bin/
COPY --parents --exclude=*.md --exclude=docs src/./a /x
ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/a.tar.gz /
ADD --keep-git-dir=true https://example.com/repo.git#v1 /repo
ADD --unpack=false archive.tar /
