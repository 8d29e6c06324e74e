#!/usr/bin/env bash
# www-authenticate 0.6.3 (npm), a parser of the header by which a registry says what login it wants.
# Guessed: of `Basic …, Bearer …`, two challenges in one header (RFC 9110, 11.6.1), both come out, or the first alone.
# Seen: one challenge whose parameters are mixed: the scheme is Basic, the realm that of Basic, and the service that of
# Bearer; the other realm stands under the name "Bearer realm". After `Negotiate` it takes the Bearer alone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund www-authenticate@0.6.3 >/dev/null
seen=$(node -e '
const { WWW_Authenticate } = require("www-authenticate").parsers;
const show = (header) => console.log(JSON.stringify(new WWW_Authenticate(header)));
show("Basic realm=\"files\", Bearer realm=\"https://auth.example.com/token\",service=\"registry\"");
show("Negotiate, Bearer realm=\"https://auth.example.com/token\"");')
expected='{"scheme":"Basic","parms":{"realm":"files","Bearer realm":"https://auth.example.com/token","service":"registry"}}
{"scheme":"Bearer","parms":{"realm":"https://auth.example.com/token"}}'
echo "$seen"
[ "$seen" = "$expected" ]
