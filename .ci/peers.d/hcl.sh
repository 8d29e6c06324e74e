# HashiCorp's own reader of HCL, from Python.
version=1.2.9
needs pip
pip install --quiet --root-user-action ignore --disable-pip-version-check --target "$HOME/lib" "pygohcl==$version"
vault
while IFS= read -r wanted; do
  secret ci-pull "$wanted"
  pullpass export terraform ci-pull --literal -o provider.tf >/dev/null
  found=$(PYTHONPATH="$HOME/lib" python3 -c '
import pygohcl
file = pygohcl.loads(open("provider.tf").read())
print(file["provider"]["docker"]["registry_auth"]["password"], end="")')
  same "registry_auth of the docker provider" "$wanted" "$found"
  rm provider.tf
done < <(passwords)
echo "pygohcl $version reads every password as it is"
