//! What a helper printed, as the members of its first JSON object.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::warning::{HelperWarning, HelperWarnings};

/// The output is not the JSON that the protocol asks for. It carries no detail: that could be the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotJson;

/// The first JSON value of an output.
pub struct Output<'a> {
    /// Names and values in their order, values as they were written.
    pub members: Vec<(String, &'a RawValue)>,
    /// What is odd around it.
    pub warnings: HelperWarnings,
}

/// Reads an object, or `null` for an empty one; text may follow, as Go's decoder has it.
pub fn read(stdout: &[u8]) -> Result<Output<'_>, NotJson> {
    let mut warnings = HelperWarnings::default();
    let json = stdout.strip_prefix(b"\xef\xbb\xbf").unwrap_or(stdout);
    warnings.add_if(json.len() < stdout.len(), HelperWarning::Bom);
    let mut values = serde_json::Deserializer::from_slice(json).into_iter::<Option<Members<'_>>>();
    // serde_json's own error may quote the secret, so it ends here.
    let Members(members) = values.next().ok_or(NotJson)?.map_err(|_| NotJson)?.unwrap_or_default();
    let rest = json.get(values.byte_offset()..).unwrap_or_default();
    warnings.add_if(!rest.trim_ascii().is_empty(), HelperWarning::ExtraOutput);
    Ok(Output { members, warnings })
}

#[derive(Default)]
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}
