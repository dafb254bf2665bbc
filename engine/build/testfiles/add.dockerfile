FROM scratch
ADD package.tar /unpacked/
ADD --unpack=false package.tar /kept.tar
ADD --chown=5 --chmod=600 docs/a.md /a.md
ADD --exclude=*.txt docs /docs/
