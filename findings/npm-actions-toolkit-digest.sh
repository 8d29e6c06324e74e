#!/usr/bin/env bash
# @docker/actions-toolkit 0.101.0 (npm), the library below docker's own GitHub actions.
# Guessed: `Docker.parseRepoTag` of a reference with a tag and a digest gives the repository without both.
# Seen: the digest comes out as the tag, and the true tag stays a part of the repository.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund @docker/actions-toolkit@0.101.0 >/dev/null 2>&1
cat >look.mjs <<'JS'
import { Docker } from "@docker/actions-toolkit/lib/docker/docker.js";
const digest = "sha256:" + "0123456789abcdef".repeat(4);
const { repository, tag } = Docker.parseRepoTag(`ghcr.io/team/app:1.0@${digest}`);
console.log(repository, tag === digest);
JS
seen=$(node look.mjs)
echo "$seen"
[ "$seen" = "ghcr.io/team/app:1.0 true" ]
