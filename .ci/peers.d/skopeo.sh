# skopeo, by the library that podman and buildah share: auth.json, docker's file after it, and helpers.
version=1.9.3
needs skopeo
is_version skopeo "$version" "$(skopeo --version | cut -d' ' -f3)"

user() {
  skopeo login --get-login "$@" 2>&1 || true
}

add --to podman --plain
same "an entry of auth.json" jane "$(user r.example)"
same "nobody's registry" "Error: not logged into other.example" "$(user other.example | sed 's/.*msg="\(.*\)"/Error: \1/')"
pullpass remove r.example --yes >/dev/null
docker_file
add --plain
same "an entry of docker's file" jane "$(user r.example)"
vault
pullpass seal r.example --yes >/dev/null
same "a sealed entry, through the helper" jane "$(user r.example)"
echo "skopeo $version reads auth.json, docker's file and a sealed entry"
