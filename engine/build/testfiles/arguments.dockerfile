ARG BASE=nothing
ARG DEFAULT=global
FROM ${BASE}
ARG DEFAULT
ARG GIVEN
ARG PATHS=/a/b/b.tar.gz
ENV D=$DEFAULT G=$GIVEN N=${NONE:-none} P=${GIVEN:+there} E=${PATHS##*/} F=${PATHS%.gz} S=${PATHS//b/c} Q='$GIVEN' X=\$GIVEN
RUN env | grep -E '^(GIVEN|DEFAULT|HTTPS_PROXY)=' | sort > /seen
