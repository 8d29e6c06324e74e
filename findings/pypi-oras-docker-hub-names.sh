#!/usr/bin/env bash
# oras 0.2.43 (PyPI), the OCI registry client for Python.
# Guessed: its `Container` names Docker Hub's official images `library/NAME`, as every registry client must to find them,
# and takes `localhost/app` for an image of this machine's registry, as distribution's grammar does.
# Seen: `alpine` is asked for as `/v2/alpine/…` at docker.io, and `localhost/app` is an image `localhost/app` of docker.io.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" -q install oras==0.2.43 2>/dev/null
seen=$("$folder/bin/python" -c '
from oras.container import Container
for name in ("alpine", "localhost/app", "localhost:5000/app"):
    image = Container(name)
    print(name, image.registry, image.manifest_url())')
expected='alpine docker.io docker.io/v2/alpine/manifests/latest
localhost/app docker.io docker.io/v2/localhost/app/manifests/latest
localhost:5000/app localhost:5000 localhost:5000/v2/app/manifests/latest'
echo "$seen"
[ "$seen" = "$expected" ]
