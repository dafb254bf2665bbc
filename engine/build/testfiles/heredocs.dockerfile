FROM base
WORKDIR /w
COPY --chmod=700 <<one <<-"two" ./
first $HOME
one
	second $HOME
two
RUN <<EOF
echo a > a
cp a b
EOF
RUN cat <<-EOF > c
	from $PWD
	EOF
