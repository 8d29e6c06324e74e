#!/usr/bin/env bash
# docker-parse-image 3.0.1 (npm), a parser of image references.
# Guessed: a repository may have as many path parts as it likes (distribution's grammar), and only Docker Hub's official
# images live under `library/`.
# Seen: two slashes in the path (a project of registry.gitlab.com has them) give null instead of a reference, and an image
# at the root of a private registry gets `library/` into its full name, which that registry does not have.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund docker-parse-image@3.0.1 >/dev/null
seen=$(node -e '
const parse = require("docker-parse-image");
console.log(parse("registry.gitlab.com/group/image:1").fullname);
console.log(parse("registry.gitlab.com/group/sub/image:1"));
console.log(parse("localhost:5000/app:1").fullname);')
expected='registry.gitlab.com/group/image:1
null
localhost:5000/library/app:1'
echo "$seen"
[ "$seen" = "$expected" ]
