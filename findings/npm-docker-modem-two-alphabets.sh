#!/usr/bin/env bash
# docker-modem 5.0.7 (npm), the transport of dockerode, beside docker 7.2.0 (PyPI).
# Guessed: the logins of a build (`X-Registry-Config`) are sent in the URL-safe base64 of the engine's API, as the login of a
# pull (`X-Registry-Auth`) is.
# Seen: only that of a pull is. The same login goes out in the standard alphabet for a build, with `+` or `/` in it wherever the
# password makes them; docker-py sends `-` and `_` for both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund docker-modem@5.0.7 >/dev/null 2>&1
python3 -m venv venv
venv/bin/pip -q install docker==7.2.0 2>/dev/null
cat > send.js <<'JS'
const http = require("http");
const Modem = require("docker-modem");
const login = { username: "jane", password: "a>b?c~d?>" };
const engine = http.createServer((request, response) => {
  for (const name of ["x-registry-auth", "x-registry-config"]) {
    const value = request.headers[name];
    if (value) console.log(name, /[+/]/.test(value) ? "standard" : /[-_]/.test(value) ? "URL-safe" : "either");
  }
  response.end("{}");
});
engine.listen(0, "127.0.0.1", () => {
  const modem = new Modem({ host: "127.0.0.1", port: engine.address().port, protocol: "http" });
  const dial = (options) => new Promise((done) => modem.dial({ path: "/images/create", method: "POST", statusCodes: { 200: true }, ...options }, done));
  dial({ authconfig: login })
    .then(() => dial({ registryconfig: { "quay.io": login } }))
    .then(() => process.exit());
});
JS
seen=$(
  node send.js
  venv/bin/python -c '
from docker.auth import encode_header
login = {"username": "jane", "password": "a>b?c~d?>"}
for name, value in [("auth", encode_header(login)), ("config", encode_header({"quay.io": login}))]:
    print("docker-py", name, "standard" if set(value) & set(b"+/") else "URL-safe" if set(value) & set(b"-_") else "either")'
)
expected='x-registry-auth URL-safe
x-registry-config standard
docker-py auth URL-safe
docker-py config URL-safe'
echo "$seen"
[ "$seen" = "$expected" ]
