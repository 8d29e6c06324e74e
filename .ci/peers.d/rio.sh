# rapyuta.io's program: it renders manifests, values and decrypted secrets as templates before it reads YAML. Offline.
version=10.11.0
needs pip
pip install --quiet --root-user-action ignore --disable-pip-version-check --target "$HOME/lib" "rapyuta-io-cli==$version"
export PYTHONPATH="$HOME/lib"
rio() { python3 "$HOME/lib/bin/rio" "$@"; }

# The password of a manifest that was rendered.
password() {
  python3 -c 'import sys, yaml; print(yaml.safe_load(sys.stdin)["spec"]["docker"]["password"], end="")'
}

vault
while IFS= read -r wanted; do
  secret docker-secret "$wanted"
  pullpass export rapyuta docker-secret --literal -o literal/ >/dev/null
  same "a literal, read by its template engine" "$wanted" "$(rio template literal/docker-secret.yaml | password)"
  rio apply --dryrun literal/docker-secret.yaml >/dev/null
  pullpass export rapyuta docker-secret --literal --into values -o values/ >/dev/null
  same "a values file" "$wanted" \
    "$(rio template --values values/values.yaml values/docker-secret.yaml | password)"
  pullpass export rapyuta docker-secret --env DOCKER_PASSWORD -o variable/ >/dev/null
  same "a variable" "$wanted" "$(DOCKER_PASSWORD=$wanted rio template variable/docker-secret.yaml | password)"
  rm -r literal values variable
done < <(passwords)
secret docker-secret x
pullpass export rapyuta docker-secret --env DOCKER_PASSWORD -o variable/ >/dev/null
if rio template variable/docker-secret.yaml >/dev/null 2>&1; then
  echo "a variable that is not set passes for an empty password"
  exit 1
fi
echo "rio $version reads literals, values files and variables as they are, and fails without the variable"
