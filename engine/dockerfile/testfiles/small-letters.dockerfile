from alpine as one
run true
copy --from=one /a /b
