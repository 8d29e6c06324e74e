# docker's library for Python, which compose v1, ansible and others use: it reads config.json and asks helpers by itself.
version=7.2.0
needs pip
pip install --quiet --root-user-action ignore --disable-pip-version-check --target "$HOME/lib" "docker==$version"

# The login that it would send, as user and password.
login() {
  PYTHONPATH="$HOME/lib" python3 -c '
import docker.auth
found = docker.auth.load_config().resolve_authconfig("r.example") or {}
print(found.get("username", found.get("Username")), found.get("password", found.get("Password")))'
}

docker_file
add --plain
same "a plain entry" "jane hunter2" "$(login)"
vault
pullpass seal r.example --yes >/dev/null
same "a sealed entry, through the helper" "jane hunter2" "$(login)"
pullpass remove r.example --yes >/dev/null
same "a removed login" "None None" "$(login)"
echo "docker $version reads a plain and a sealed entry, and finds a removed one no more"
