//! enroot's `.credentials`: lines of netrc, and in them commands of a shell, which nobody here runs.
//!
//! Source: enroot 8ea147d (v4.1.2) `src/docker.sh`.

use crate::secret::Secret;

/// A line.
#[derive(Debug)]
pub struct Machine {
    /// The host, as written.
    pub host: String,
    /// The user name.
    pub login: String,
    /// What stands for the password.
    pub password: Password,
}

/// What stands for a password.
#[derive(Debug)]
pub enum Password {
    /// The password.
    Plain(Secret),
    /// A command that a shell would run; to its end of the line.
    Command,
    /// A variable that a shell would fill in.
    Variable,
}

/// The lines that are logins.
pub fn read(text: &str) -> Vec<Machine> {
    text.lines().filter_map(machine).collect()
}

fn machine(line: &str) -> Option<Machine> {
    let line = line.trim();
    if line.starts_with('#') {
        return None;
    }
    let mut words = line.split_whitespace();
    let mut after = |wanted: &str| words.next().filter(|word| *word == wanted).and_then(|_| words.next());
    let (host, login) = (after("machine")?, after("login")?);
    let password = after("password")?;
    let password = match password.strip_prefix('$') {
        Some(rest) if rest.starts_with('(') => Password::Command,
        Some(_) => Password::Variable,
        None if password.starts_with('`') => Password::Command,
        None => Password::Plain(Secret::from_text(password.to_owned())),
    };
    Some(Machine { host: host.to_owned(), login: login.to_owned(), password })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_and_variables_are_no_passwords() {
        let text = "# c\nmachine a login u password p\nmachine b login $oauthtoken password $(x --y)\n\
                    machine c login u password $TOKEN\nmachine d login u\n\nnonsense\n";
        let found = read(text);
        let kinds: Vec<_> = found
            .iter()
            .map(|m| (m.host.as_str(), m.login.as_str(), std::mem::discriminant(&m.password)))
            .collect();
        let kind = |password| std::mem::discriminant(&password);
        assert_eq!(kinds[0], ("a", "u", kind(Password::Plain(Secret::new(Vec::new())))));
        assert_eq!(kinds[1], ("b", "$oauthtoken", kind(Password::Command)));
        assert_eq!(kinds[2], ("c", "u", kind(Password::Variable)));
        assert_eq!(kinds.len(), 3);
    }
}
