//! testcontainers for Java.
//!
//! Source: testcontainers-java 00af457 `RegistryAuthLocator.java`: the keys and the order of testcontainers for Node; a
//! helper that fails ends the search without a login, and the pull goes on.

use crate::resolve::run::{Halt, Run};
use crate::resolve::testcontainers_node::{OddHelper, look};
use crate::resolve::trace::End;

/// What `GenericContainer.start` sends.
pub fn resolve(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    look(run, image, OddHelper::IsAnonymous)
}

#[cfg(test)]
mod tests {
    use crate::resolve::snapshot::Answer;
    use crate::resolve::tests::{DOCKER, end, machine, output, with_helper};

    #[test]
    fn a_helper_that_fails_ends_the_search_in_java_and_not_in_node() {
        let text = r#"{"auths":{"ghcr.io":{"auth":"YW5uOnA="}},"credsStore":"x"}"#;
        let machine = || machine(&[(DOCKER, text)], &[]);
        let table = [(Answer::NotFound, "ann", "ann"), (output("locked", 1), "none", "ann")];
        for (answer, java, node) in table {
            let snapshot = with_helper(machine(), "x", Some(answer));
            assert_eq!(end("tc-java", "ghcr.io/a/b", &snapshot), java);
            assert_eq!(end("tc-node", "ghcr.io/a/b", &snapshot), node);
        }
        assert_eq!(end("tc-java", "ghcr.io/a/b", &machine()), "none");
        assert_eq!(end("tc-node", "ghcr.io/a/b", &machine()), "stops");
    }
}
