//! The rules of our own helper: which hosts, and who answers for them.

use serde_json::{Value as Json, json};
use toml::de::DeTable;

use super::value::{Given, Kind, Reader, quoted};
use crate::credential::helper_name;
use crate::registry::host_pattern::HostPattern;

/// One rule. The first one that matches a host is the one that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelperRule {
    /// For which hosts.
    pub hosts: HostPattern,
    /// Who answers for them.
    pub answers: Answerer,
}

/// Who answers for a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answerer {
    /// The vault.
    Vault,
    /// Another helper, by its name without `docker-credential-`.
    Helper(String),
}

/// Who answers for this credential key, where a rule says so.
pub fn answerer<'a>(rules: &'a [HelperRule], key: &str) -> Option<&'a Answerer> {
    rules.iter().find(|rule| rule.hosts.matches(key)).map(|rule| &rule.answers)
}

const NO_TABLE: &str = "a rule is a table with match and ask";
const NO_HOST: &str = "match is a host such as ghcr.io or *.pkg.dev, without scheme or path";
const NO_ANSWERER: &str = "ask is \"vault\" or \"helper:NAME\", for the program docker-credential-NAME";
const OURSELVES: &str = "docker-credential-pullpass cannot ask itself";

/// A rule, as a table.
pub enum Rule {}

impl Kind for Rule {
    type Value = HelperRule;

    fn read(given: &Given<'_>, reader: &mut Reader<'_>) -> Option<HelperRule> {
        let Some(table) = given.get_ref().as_table() else { return reader.wrong(given, NO_TABLE) };
        for (name, value) in table {
            if !["match", "ask"].contains(&&**name.get_ref()) {
                return reader.wrong(value, NO_TABLE);
            }
        }
        let hosts = member(table, "match", given, reader, |given, reader| {
            let pattern = given.get_ref().as_str().and_then(HostPattern::parse);
            pattern.or_else(|| reader.wrong(given, NO_HOST))
        });
        let answers = member(table, "ask", given, reader, |given, reader| match given.get_ref().as_str() {
            Some("vault") => Some(Answerer::Vault),
            _ => Store::read(given, reader).map(Answerer::Helper),
        });
        Some(HelperRule { hosts: hosts?, answers: answers? })
    }

    fn toml(value: &HelperRule) -> Option<String> {
        let answers = match &value.answers {
            Answerer::Vault => quoted("vault"),
            Answerer::Helper(name) => Store::toml(name)?,
        };
        Some(format!("{{ match = {}, ask = {answers} }}", quoted(&value.hosts.to_string())))
    }

    fn words() -> String {
        "a rule such as { match = \"*.pkg.dev\", ask = \"helper:gcloud\" }, whose ask is \"vault\" or \"helper:NAME\""
            .to_owned()
    }

    fn schema() -> Json {
        let mut ask = Store::schema();
        if let Some(pattern) = ask.get_mut("pattern") {
            *pattern = json!(format!("^(vault|helper:{NAME})$"));
        }
        json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["match", "ask"],
            "properties": {
                "match": {
                    "type": "string",
                    "pattern": "^([A-Za-z0-9*_-]+(\\.[A-Za-z0-9*_-]+)*|\\[[0-9A-Fa-f:.]+\\])(:[0-9]+)?$",
                },
                "ask": ask,
            },
        })
    }
}

/// A member that must be there.
fn member<T>(
    table: &DeTable<'_>,
    name: &str,
    rule: &Given<'_>,
    reader: &mut Reader<'_>,
    read: impl FnOnce(&Given<'_>, &mut Reader<'_>) -> Option<T>,
) -> Option<T> {
    match table.get(name) {
        Some(given) => read(given, reader),
        None => reader.wrong(rule, NO_TABLE),
    }
}

/// A helper program as places name it: `helper:NAME`.
pub enum Store {}

/// What a schema says of a helper's name.
const NAME: &str = "[A-Za-z0-9._-]+";

impl Kind for Store {
    type Value = String;

    fn read(given: &Given<'_>, reader: &mut Reader<'_>) -> Option<String> {
        let name = given.get_ref().as_str().and_then(|text| text.strip_prefix("helper:"));
        match name.filter(|name| helper_name::is_plain(name)) {
            Some(name) if helper_name::is_own(name) => reader.wrong(given, OURSELVES),
            Some(name) => Some(name.to_owned()),
            None => reader.wrong(given, NO_ANSWERER),
        }
    }

    fn toml(value: &String) -> Option<String> {
        Some(quoted(&format!("helper:{value}")))
    }

    fn words() -> String {
        "\"helper:NAME\", for the program docker-credential-NAME".to_owned()
    }

    fn schema() -> Json {
        let pattern = format!("^helper:{NAME}$");
        json!({ "type": "string", "pattern": pattern, "not": { "pattern": "^helper:(pullpass(\\.exe)?$|.*\\.\\.)" } })
    }
}

#[cfg(test)]
mod tests {
    use super::super::file::parse;
    use super::*;

    /// Who answers for these keys under these settings, and what does not count.
    fn read(text: &str, keys: &[&str]) -> (Vec<Option<Answerer>>, Vec<String>) {
        let (chosen, faults) = parse(text.as_bytes(), None);
        let answers = keys.iter().map(|key| answerer(&chosen.helper.rules, key).cloned()).collect();
        (answers, faults.iter().map(|fault| fault.words("c")).collect())
    }

    #[test]
    fn the_first_rule_that_matches_says_who_answers() {
        let text = "[helper]\notherwise = \"helper:desktop\"\n\
                    [[helper.rules]]\nmatch = \"eu.gcr.io\"\nask = \"vault\"\n\
                    [[helper.rules]]\nmatch = \"*.gcr.io\"\nask = \"helper:gcloud\"\n";
        let gcloud = Some(Answerer::Helper("gcloud".into()));
        let keys = ["https://eu.gcr.io", "us.gcr.io", "gcr.io", "us.gcr.io/team"];
        assert_eq!(read(text, &keys), (vec![Some(Answerer::Vault), gcloud, None, None], Vec::new()));
        let inline = "helper.rules = [{match = 'docker.io', ask = 'vault'}]";
        let (answers, faults) = read(inline, &["https://index.docker.io/v1/"]);
        assert_eq!((answers, faults), (vec![Some(Answerer::Vault)], Vec::new()));
    }

    #[test]
    fn a_rule_that_does_not_count_is_told_with_its_place_and_the_others_count() {
        let table = [
            ("match = \"ghcr.io\"", "1:1", NO_TABLE),
            ("match = \"ghcr.io\"\nask = \"vault\"\nfor = 1", "4:7", NO_TABLE),
            ("match = \"https://ghcr.io\"\nask = \"vault\"", "2:9", NO_HOST),
            ("match = 5\nask = \"vault\"", "2:9", NO_HOST),
            ("match = \"ghcr.io\"\nask = \"gcloud\"", "3:7", NO_ANSWERER),
            ("match = \"ghcr.io\"\nask = \"helper:../x\"", "3:7", NO_ANSWERER),
            ("match = \"ghcr.io\"\nask = \"helper:pullpass\"", "3:7", OURSELVES),
            ("match = \"ghcr.io\"\nask = \"helper:PULLPASS.exe\"", "3:7", OURSELVES),
        ];
        for (rule, place, why) in table {
            let text =
                format!("[[helper.rules]]\n{rule}\n[[helper.rules]]\nmatch = \"quay.io\"\nask = \"vault\"\n");
            let (answers, faults) = read(&text, &["ghcr.io", "quay.io"]);
            assert_eq!(answers, [None, Some(Answerer::Vault)], "{rule}");
            let expected = format!("c:{place}: helper.rules: {why}. What is written here does not count.");
            assert_eq!(faults, [expected], "{rule}");
        }
        let (_, faults) = read("helper.otherwise = 'helper:pullpass'", &[]);
        assert_eq!(
            faults,
            [format!("c:1:20: helper.otherwise: {OURSELVES}. What is written here does not count.")]
        );
    }
}
