#!/usr/bin/env bash
# @swimlane/docker-reference 2.0.1 and parse-docker-image-name 3.0.0 (npm), two parsers of image references.
# Guessed: both take a registry at a bracketed IPv6 address, which distribution's grammar has since 2022.
# Seen: the first refuses it as an invalid format; the second answers with an empty object, no error, so that a caller who
# looks for a domain takes the image for one of Docker Hub.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund @swimlane/docker-reference@2.0.1 parse-docker-image-name@3.0.0 >/dev/null
seen=$(node -e '
const reference = require("@swimlane/docker-reference");
const names = require("parse-docker-image-name");
const image = "[::1]:5000/app:1";
try { reference.parseAll(image); } catch (error) { console.log(error.message); }
console.log(JSON.stringify((names.parseDockerImageName || names.default || names.parse || names)(image)));')
expected='invalid reference format
{}'
echo "$seen"
[ "$seen" = "$expected" ]
