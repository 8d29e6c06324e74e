//! Maven's `settings.xml`: servers whose identifier is a registry, which Jib and other plugins use.
//!
//! Source: Maven's settings reference 1.2 and its password encryption guide.

use crate::secret::Secret;
use crate::sources::xml;

/// A server.
#[derive(Debug)]
pub struct Server {
    /// Its identifier.
    pub id: String,
    /// The user name.
    pub username: Option<String>,
    /// The password as it stands there.
    pub password: Option<Secret>,
    /// How it stands there.
    pub form: Form,
}

/// How a server's login stands in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As it is.
    Plain,
    /// Encrypted with a key of another file.
    Encrypted,
    /// As the name of a variable.
    Variable,
}

/// The servers, in order.
///
/// # Errors
/// What is wrong with the XML.
pub fn read(text: &str) -> Result<Vec<Server>, &'static str> {
    let root = xml::read(text)?;
    let servers = root.all("settings").flat_map(|settings| settings.all("servers"));
    Ok(servers.flat_map(|servers| servers.all("server")).filter_map(server).collect())
}

fn server(element: &xml::Element) -> Option<Server> {
    let id = element.text_of("id").filter(|id| !id.is_empty())?.to_owned();
    let username = element.text_of("username").filter(|name| !name.is_empty());
    let password = element.text_of("password").filter(|password| !password.is_empty());
    let is_variable = |text: &str| text.starts_with("${") && text.ends_with('}');
    let form = match password {
        Some(text) if is_variable(text) => Form::Variable,
        // What is encrypted may have words before and behind the braces.
        Some(text) if text.contains('{') && text.contains('}') && !text.contains("\\{") => Form::Encrypted,
        _ if username.is_some_and(is_variable) => Form::Variable,
        _ => Form::Plain,
    };
    let username = username.filter(|name| !is_variable(name)).map(str::to_owned);
    Some(Server { id, username, password: password.map(|text| Secret::from_text(text.to_owned())), form })
}

/// True where an identifier can be a registry's host.
pub fn is_host(id: &str) -> bool {
    let host = id.split('/').next().unwrap_or(id);
    let name = host.split(':').next().unwrap_or(host);
    let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    !name.is_empty() && name.chars().all(is_letter) && (host.contains(['.', ':']) || host == "localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_plain_encrypted_or_a_variable() {
        let server = |login: &str| {
            let text =
                format!("<settings><servers><server><id>r.io</id>{login}</server></servers></settings>");
            let mut servers = read(&text).unwrap();
            let server = servers.remove(0);
            (server.username, server.form)
        };
        let plain = server("<username>ann</username><password>p</password>");
        assert_eq!(plain, (Some("ann".into()), Form::Plain));
        assert_eq!(server("<username>ann</username><password>{x=}</password>").1, Form::Encrypted);
        assert_eq!(
            server("<username>${env.U}</username><password>${env.P}</password>"),
            (None, Form::Variable)
        );
    }

    #[test]
    fn only_hosts_are_registries() {
        for (id, expected) in [
            ("r.io", true),
            ("localhost:5000", true),
            ("releases", false),
            ("a b.c", false),
            ("r.io/x", true),
        ] {
            assert_eq!(is_host(id), expected, "{id}");
        }
    }
}
