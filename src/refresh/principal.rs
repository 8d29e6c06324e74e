//! The mark of the principal that the environment stands for: what was minted for one is not handed out to another.

use sha2::{Digest, Sha256};

use super::hex;

/// How many bytes of the hash are kept: enough to tell people apart.
const KEPT: usize = 16;

/// A hash of somebody's id. The kind keeps equal texts of different kinds apart.
pub fn mark(kind: &str, id: &str) -> String {
    let hash = Sha256::new().chain_update(kind).chain_update([0]).chain_update(id).finalize();
    hex(hash.get(..KEPT).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_tells_people_apart_without_naming_them() {
        let one = mark("aws key", "AKIAIOSFODNN7EXAMPLE");
        assert_eq!(one.len(), 2 * KEPT);
        assert!(!one.contains("AKIA"));
        assert_eq!(one, mark("aws key", "AKIAIOSFODNN7EXAMPLE"));
        assert_ne!(one, mark("aws key", "AKIAIOSFODNN7EXAMPLF"));
        assert_ne!(mark("a", "bc"), mark("ab", "c"));
    }
}
