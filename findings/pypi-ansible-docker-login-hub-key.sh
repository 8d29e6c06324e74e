#!/usr/bin/env bash
# ansible 11.1.0 with ansible-core 2.18.19 (PyPI): the module `community.docker.docker_login`.
# Guessed: `registry_url: docker.io` is the login of Docker Hub, stored and removed under `https://index.docker.io/v1/` as
# `docker login` and `docker logout` do it.
# Seen: it is stored under `docker.io`, beside Docker Hub's own old login, which stays; `state: absent` for `index.docker.io`
# reports no change. The client of docker looks under neither name.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill %1 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install ansible==11.1.0 ansible-core==2.18.19 requests==2.32.3 2>/dev/null
cat > "$folder/engine.py" <<'PY'
# An engine that accepts every login.
from http.server import BaseHTTPRequestHandler, HTTPServer


class Engine(BaseHTTPRequestHandler):
    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(b'{"ApiVersion":"1.43","Version":"24.0.0","MinAPIVersion":"1.12"}')

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(b'{"Status":"Login Succeeded"}')

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Engine)
print(server.server_port, flush=True)
server.serve_forever()
PY
mkfifo "$folder/port"
"$folder/venv/bin/python" "$folder/engine.py" > "$folder/port" &
read -r port < "$folder/port"
echo '{"auths":{"https://index.docker.io/v1/":{"auth":"amFuZTpvbGQ="}}}' > "$folder/config.json"
login() {
  ANSIBLE_HOME="$folder/ansible" ANSIBLE_LOCALHOST_WARNING=False "$folder/venv/bin/ansible" localhost -i localhost, -c local \
    -e ansible_python_interpreter="$folder/venv/bin/python" -m community.docker.docker_login \
    -a "docker_host=tcp://127.0.0.1:$port config_path=$folder/config.json $*" 2>/dev/null | grep '"changed"'
}
seen=$(
  login registry_url=docker.io username=jane password=new
  python3 -c 'import json, sys; print(*json.load(open(sys.argv[1]))["auths"])' "$folder/config.json"
  login registry_url=index.docker.io state=absent
)
expected='    "changed": true,
docker.io https://index.docker.io/v1/
    "changed": false,'
echo "$seen"
[ "$seen" = "$expected" ]
