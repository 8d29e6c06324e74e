#!/usr/bin/env bash
# podman 5.8.0 (PyPI), podman's own client library for Python.
# Guessed: `parse_repository` cuts a pinned reference before its digest, as docker-py's function of that purpose does.
# Seen: it cuts at the last colon, which is the one inside the digest: the repository is `…@sha256`, the tag bare hex.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" -q install podman==5.8.0 docker==7.2.0 2>/dev/null
seen=$("$folder/bin/python" -c '
from docker.utils import parse_repository_tag
from podman.api import parse_repository
pinned = "ghcr.io/team/app@sha256:" + "0123456789abcdef" * 4
print(parse_repository_tag(pinned)[0], parse_repository_tag(pinned)[1][:7])
print(parse_repository(pinned)[0], parse_repository(pinned)[1][:7])')
expected='ghcr.io/team/app sha256:
ghcr.io/team/app@sha256 0123456'
echo "$seen"
[ "$seen" = "$expected" ]
