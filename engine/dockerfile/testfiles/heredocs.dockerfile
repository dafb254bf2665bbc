FROM debian
RUN <<EOF
set -e
apt-get update
# not a comment
EOF
RUN <<-'SCRIPT' python3 3<<DATA
	print("$HOME")
	SCRIPT
lines
DATA
COPY <<"ONE" <<TWO /etc/app/
a $b
ONE
c ${d}
TWO
RUN echo "a << b" && cat <<< word
RUN [ "$x" -lt 3 ] && true
