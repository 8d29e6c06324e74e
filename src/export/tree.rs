//! A document before it is written in YAML or JSON.

use crate::secret::Secret;

/// A value of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// A text that anybody may see.
    Text(String),
    /// A text that nobody may see.
    Secret(Secret),
    /// True or false.
    Flag(bool),
    /// Written as it stands: a number, or an expression of the platform's own. It holds nothing that a person typed.
    Raw(String),
    /// Members in order.
    Map(Vec<(String, Node)>),
    /// Items in order.
    List(Vec<Node>),
}

impl Node {
    /// True for what has lines of its own in YAML.
    pub(super) fn is_block(&self) -> bool {
        match self {
            Self::Map(members) => !members.is_empty(),
            Self::List(items) => !items.is_empty(),
            _ => false,
        }
    }

    /// With one more member at its end; only a map has members.
    pub(super) fn with(mut self, key: impl Into<String>, value: Self) -> Self {
        if let Self::Map(members) = &mut self {
            members.push((key.into(), value));
        }
        self
    }
}

pub(super) fn map<K: Into<String>>(members: impl IntoIterator<Item = (K, Node)>) -> Node {
    Node::Map(members.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

/// A map without members.
pub(super) fn empty() -> Node {
    Node::Map(Vec::new())
}

pub(super) fn list(items: impl IntoIterator<Item = Node>) -> Node {
    Node::List(items.into_iter().collect())
}

pub(super) fn text(text: impl Into<String>) -> Node {
    Node::Text(text.into())
}

pub(super) fn secret(secret: Secret) -> Node {
    Node::Secret(secret)
}

pub(super) fn raw(text: impl Into<String>) -> Node {
    Node::Raw(text.into())
}
