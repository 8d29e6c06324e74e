# docker's library for Python, which compose v1, ansible and others use: it reads config.json and asks helpers by itself.
version=7.2.0
needs pip
pip install --quiet --root-user-action ignore --disable-pip-version-check --target "$HOME/lib" "docker==$version"

# login [REGISTRY]: the login that it would send, as user and password.
login() {
  PYTHONPATH="$HOME/lib" python3 -c '
import docker.auth, sys
found = docker.auth.load_config().resolve_authconfig(sys.argv[1]) or {}
print(found.get("username", found.get("Username")), found.get("password", found.get("Password")))' "${1:-r.example}"
}

docker_file
add --plain
same "a plain entry" "jane hunter2" "$(login)"
vault
pullpass seal r.example --yes >/dev/null
same "a sealed entry, through the helper" "jane hunter2" "$(login)"
pullpass remove r.example --yes >/dev/null
same "a removed login" "None None" "$(login)"
pullpass helper enable --for docker --yes >/dev/null
docker-credential-pullpass store <<<'{"ServerURL":"kept.example","Username":"joe","Secret":"hunter3"}'
same "one helper for all registries" "joe hunter3" "$(login kept.example)"
mv "$HOME/id" "$HOME/elsewhere"
same "another registry beside a locked vault" "None None" "$(login public.example)"
case $(login kept.example 2>&1 || true) in *hunter3*) echo "the vault is not locked"; exit 1 ;; esac
echo "docker $version reads a plain and a sealed entry, finds a removed one no more, and goes on beside a locked vault"
