# GitHub's own parser of workflows: it turns what is not quoted into the text of a number.
version=0.3.61
needs npm
npm install --silent --no-audit --no-fund "@actions/workflow-parser@$version" >/dev/null
# As shipped it names its JSON file without the attribute that Node wants.
grep -rlE "from ['\"][^'\"]*\.json['\"];" node_modules/@actions | while IFS= read -r file; do
  sed -i -E "s/(from ['\"][^'\"]*\.json['\"]);/\1 with { type: 'json' };/" "$file"
done
cat >parse.mjs <<'J'
import {readFileSync} from "node:fs";
import {parseWorkflow, NoOperationTraceWriter} from "@actions/workflow-parser";
const content = readFileSync(process.argv[2], "utf8");
const found = parseWorkflow({name: "workflow.yml", content}, new NoOperationTraceWriter());
const errors = found.context.errors.getErrors();
if (errors.length) { console.log(errors.map(error => error.message).join("\n")); process.exit(1); }
const text = JSON.stringify(found.value);
process.stdout.write(text.includes(process.argv[3]) ? "found" : text);
J
vault
while IFS= read -r wanted; do
  secret ci-pull "$wanted"
  pullpass export github-actions ci-pull --image r.example/app:1 --literal -o literal/ >/dev/null
  file=$(find literal -name '*.yml' -not -name '*.part.yml' | head -n 1)
  node parse.mjs "$file" "" >/dev/null || { node parse.mjs "$file" ""; exit 1; }
  rm -r literal
done < <(passwords)
pullpass export github-actions ci-pull --image r.example/app:1 -o usual/ >/dev/null
file=$(find usual -name '*.yml' -not -name '*.part.yml' | head -n 1)
same "the secret by its name" found "$(node parse.mjs "$file" R_EXAMPLE_PASSWORD)"
echo "@actions/workflow-parser $version takes every workflow"
