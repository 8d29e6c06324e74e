//! The Amazon ECS agent's `ecs.config`: an environment file, and in it a JSON text.
//!
//! Source: Amazon ECS developer guide, "Private registry authentication for container instances".

/// What the two variables hold. It cannot be printed: there are passwords in it.
pub struct Auth<'a> {
    /// True for `docker`, whose entries hold user name and password; false for `dockercfg`.
    pub is_plain: bool,
    /// The entries, in the form of a `.dockercfg`.
    pub data: &'a str,
}

/// The logins of a file, where it has any.
pub fn read(text: &str) -> Option<Auth<'_>> {
    let value = |wanted: &str| {
        let lines = text.lines().rev().filter_map(|line| line.trim().split_once('='));
        lines.filter(|(name, _)| *name == wanted).map(|(_, value)| value).next()
    };
    let data = value("ECS_ENGINE_AUTH_DATA").filter(|data| !data.is_empty())?;
    let data = data.strip_prefix('\'').and_then(|data| data.strip_suffix('\'')).unwrap_or(data);
    Some(Auth { is_plain: value("ECS_ENGINE_AUTH_TYPE") == Some("docker"), data })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_counts() {
        let text = "ECS_CLUSTER=x\nECS_ENGINE_AUTH_TYPE=docker\nECS_ENGINE_AUTH_DATA={}\nECS_ENGINE_AUTH_DATA={\"r\":{}}\n";
        let found = read(text).map(|auth| (auth.is_plain, auth.data));
        assert_eq!(found, Some((true, "{\"r\":{}}")));
        assert!(read("ECS_ENGINE_AUTH_TYPE=dockercfg\n").is_none());
    }
}
