//! What Apple's `container registry list --format json` prints.
//!
//! Source: apple/container af405ff (1.2.2) `Sources/ContainerCommands/Registry/RegistryList.swift`.

use crate::config::document;
use serde_json::value::RawValue;

/// A login in the keychain; its secret is never asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Item {
    /// The server.
    pub name: String,
    /// The account.
    pub username: Option<String>,
}

/// The items, in order; `None` where it is no such list.
pub fn read(text: &str) -> Option<Vec<Item>> {
    let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
    let text = |members: &[document::Member<'_>], wanted: &str| {
        let found = members.iter().find(|(name, _)| name == wanted)?;
        document::string(found.1).map(std::borrow::Cow::into_owned)
    };
    let item = |value: &RawValue| {
        let members = document::object(value)?;
        let name = text(&members, "name").or_else(|| text(&members, "id"))?;
        Some(Item { name, username: text(&members, "username") })
    };
    Some(items.into_iter().filter_map(item).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_item_has_a_server_and_an_account() {
        let items = read(r#"[{"id": "r", "name": "r", "username": "ann"}, {"id": "s"}, 7]"#).unwrap();
        assert_eq!(items[0], Item { name: "r".into(), username: Some("ann".into()) });
        assert_eq!(items[1], Item { name: "s".into(), username: None });
        assert_eq!(items.len(), 2);
        assert_eq!(read("No logins"), None);
    }
}
