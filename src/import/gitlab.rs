//! The variable `DOCKER_AUTH_CONFIG`: as an assignment, as GitLab's interface gives it, or somewhere in `.gitlab-ci.yml`.

use super::yaml::Value;
use super::{CannotRead, Imported, Layout, docker_config};

const VARIABLE: &str = "DOCKER_AUTH_CONFIG";

/// What is assigned in `DOCKER_AUTH_CONFIG={...}`, quotes taken off; any other text as it is.
pub(super) fn value_of_assignment(text: &str) -> &str {
    let line = text.strip_prefix("export ").unwrap_or(text);
    let Some(value) = line.strip_prefix(VARIABLE).and_then(|rest| rest.trim_start().strip_prefix('=')) else {
        return text;
    };
    let value = value.trim();
    let unquoted = ['\'', '"'].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
    unquoted.unwrap_or(value)
}

/// `None` where the variable is nowhere.
pub(super) fn read(value: &Value) -> Option<Result<Imported, CannotRead>> {
    let mut found = Imported::new(Layout::GitLab);
    let mut is_there = false;
    value.walk(&mut |value| {
        let members = value.members().unwrap_or_default();
        let own = members.iter().filter(|(name, _)| name.as_str() == VARIABLE).map(|(_, value)| &**value);
        // The answer of GitLab's interface for variables.
        let is_answer = value.get("key").and_then(Value::text) == Some(VARIABLE);
        for variable in own.chain(is_answer.then_some(value)) {
            is_there = true;
            match variable.text().or_else(|| variable.get("value")?.text()) {
                Some(json) => docker_config::take_text(json, false, &mut found),
                None => found.note(format!("A {VARIABLE} holds no text.")),
            }
        }
    });
    is_there.then_some(Ok(found))
}

#[cfg(test)]
mod tests {
    use crate::import::tests::drafts;

    #[test]
    fn the_variable_is_found_wherever_it_stands() {
        let json = r#"{"auths":{"ghcr.io":{"auth":"amFuZTpw"}}}"#;
        let quoted = json.replace('"', "\\\"");
        let table = [
            json.to_owned(),
            format!("DOCKER_AUTH_CONFIG={json}"),
            format!("export DOCKER_AUTH_CONFIG='{json}'\n"),
            format!("variables:\n  DOCKER_AUTH_CONFIG: '{json}'\n"),
            format!(
                "build:\n  variables:\n    DOCKER_AUTH_CONFIG:\n      value: '{json}'\n      expand: false\n"
            ),
            format!(r#"{{"key":"DOCKER_AUTH_CONFIG","value":"{quoted}","variable_type":"env_var"}}"#),
            format!(r#"[{{"key":"X","value":"y"}},{{"key":"DOCKER_AUTH_CONFIG","value":"{quoted}"}}]"#),
        ];
        for text in table {
            assert_eq!(drafts(&text), [" ghcr.io jane p"], "{text}");
        }
    }
}
