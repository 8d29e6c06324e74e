//! Nomad's agent configuration, as far as the docker and podman drivers' `auth` block names a file or a helper.
//!
//! Source: hashicorp/nomad 09855dd `drivers/docker/config.go`; nomad-driver-podman 0.5.0 has the same block.

/// What an `auth` block names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Auth {
    /// The file in docker's form.
    pub config: Option<String>,
    /// The helper, without `docker-credential-`.
    pub helper: Option<String>,
}

/// The `auth` blocks at `plugin "docker" { config { auth { ... } } }`. One in another place is ignored, as Nomad does.
pub fn read(text: &str) -> Vec<Auth> {
    let (mut path, mut found): (Vec<String>, Vec<Auth>) = (Vec::new(), Vec::new());
    let mut words: Vec<Word> = Vec::new();
    for word in (Words { rest: text }) {
        match word {
            Word::Open => {
                let name: Vec<&str> = words.iter().filter_map(Word::text).collect();
                path.push(name.join(" "));
                if is_auth(&path) {
                    found.push(Auth::default());
                }
                words.clear();
            }
            Word::Close => {
                path.pop();
                words.clear();
            }
            word => {
                words.push(word);
                if let [.., Word::Name(name), Word::Equals, Word::Text(value)] = words.as_slice()
                    && is_auth(&path)
                    && let Some(auth) = found.last_mut()
                {
                    match name.as_str() {
                        "config" => auth.config = Some(value.clone()),
                        "helper" => auth.helper = Some(value.clone()),
                        _ => {}
                    }
                }
            }
        }
    }
    found
}

fn is_auth(path: &[String]) -> bool {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let is_plugin = |name: &str| {
        let driver = name.strip_prefix("plugin ").unwrap_or_default();
        matches!(driver, "docker" | "nomad-driver-podman" | "podman")
    };
    matches!(path.as_slice(), [plugin, "config", "auth"] if is_plugin(plugin))
}

#[derive(Debug)]
enum Word {
    Name(String),
    Text(String),
    Equals,
    Open,
    Close,
}

impl Word {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Name(text) | Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// The words of an HCL text, without comments.
struct Words<'a> {
    rest: &'a str,
}

impl Iterator for Words<'_> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        loop {
            self.rest = self.rest.trim_start();
            let c = self.rest.chars().next()?;
            if c == '#' || self.rest.starts_with("//") {
                self.rest = self.rest.split_once('\n').map_or("", |(_, rest)| rest);
                continue;
            }
            if self.rest.starts_with("/*") {
                self.rest = self.rest.split_once("*/").map_or("", |(_, rest)| rest);
                continue;
            }
            return Some(match c {
                '{' => self.one(Word::Open),
                '}' => self.one(Word::Close),
                '=' => self.one(Word::Equals),
                '"' => self.text(),
                c if is_name(c) => {
                    let end = self.rest.find(|c| !is_name(c)).unwrap_or(self.rest.len());
                    let name = self.rest[..end].to_owned();
                    self.rest = &self.rest[end..];
                    Word::Name(name)
                }
                c => {
                    self.rest = &self.rest[c.len_utf8()..];
                    continue;
                }
            });
        }
    }
}

impl Words<'_> {
    fn one(&mut self, word: Word) -> Word {
        self.rest = &self.rest[1..];
        word
    }

    fn text(&mut self) -> Word {
        let mut text = String::new();
        let mut chars = self.rest[1..].char_indices();
        let mut end = self.rest.len();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' | '\n' => {
                    end = at + 2;
                    break;
                }
                '\\' => text.extend(chars.next().map(|(_, c)| c)),
                c => text.push(c),
            }
        }
        self.rest = self.rest.get(end..).unwrap_or_default();
        Word::Text(text)
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_a_block_in_its_place_counts() {
        let text = "# x\nplugin \"docker\" {\n  config {\n    auth {\n      config = \"/etc/a.json\" // y\n      helper = \"ecr-login\"\n    }\n  }\n}\n\
                    client { auth { config = \"/no\" } }\n";
        let auth = Auth { config: Some("/etc/a.json".into()), helper: Some("ecr-login".into()) };
        assert_eq!(read(text), [auth]);
        assert_eq!(read("plugin \"docker\" { auth { config = \"/no\" } }"), []);
        assert_eq!(
            read("plugin \"docker\" { config { auth { config = \"a\\\"b"),
            [Auth { config: Some("a\"b".into()), helper: None }]
        );
    }

    proptest! {
        #[test]
        fn no_text_does_harm(text in "[a\"\\\\{}=#/*\\n é]{0,40}") {
            drop(read(&text));
        }
    }
}
