//! Kubernetes Secrets of the types that kubelets read.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::yaml::Value;
use super::{CannotRead, Imported, Layout, docker_config};
use crate::text;

/// The types, each with the member that holds its file.
const TYPES: [(&str, &str); 2] =
    [("kubernetes.io/dockerconfigjson", ".dockerconfigjson"), ("kubernetes.io/dockercfg", ".dockercfg")];

/// `None` for what is no Secret and no list.
pub(super) fn read(value: &Value) -> Option<Result<Imported, CannotRead>> {
    let kind = value.get("kind")?.text()?;
    value.get("apiVersion")?.text().filter(|version| *version == "v1")?;
    let mut found = Imported::new(Layout::Kubernetes);
    match kind {
        "Secret" => {
            if let Err(reason) = take(value, &mut found) {
                return Some(Err(reason));
            }
        }
        "List" | "SecretList" => {
            for item in value.get("items").into_iter().flat_map(Value::items) {
                // Of a list that kubectl printed only some are pull secrets.
                match take(item, &mut found) {
                    Ok(()) | Err(CannotRead::NoSecret) => {}
                    Err(reason) => return Some(Err(reason)),
                }
            }
            if found.drafts.is_empty() && found.notes.is_empty() {
                return Some(Err(CannotRead::NoSecret));
            }
        }
        _ => return None,
    }
    Some(Ok(found))
}

fn take(secret: &Value, found: &mut Imported) -> Result<(), CannotRead> {
    let name = secret.at(&["metadata", "name"]).and_then(Value::text).unwrap_or_default();
    let kind = secret.get("type").and_then(Value::text);
    let before = found.drafts.len();
    let (json, is_legacy) = TYPES
        .iter()
        .filter(|(known, _)| kind.is_none_or(|kind| kind == *known))
        .find_map(|(_, member)| Some((content(secret, member)?, *member == ".dockercfg")))
        .ok_or(CannotRead::NoSecret)?;
    docker_config::take_text(&json?, is_legacy, found);
    match &mut found.drafts[before..] {
        [only] => name.clone_into(&mut only.name),
        [] => {
            let name = text::safe(name).into_owned();
            found.note(format!("The Secret {name} has no login in it."));
        }
        _ => {}
    }
    Ok(())
}

/// The member's text: of `stringData` as it is, of `data` out of base64, in which others may have broken lines.
fn content(secret: &Value, member: &str) -> Option<Result<Zeroizing<String>, CannotRead>> {
    if let Some(plain) = secret.get("stringData").and_then(|data| data.get(member)) {
        let why = CannotRead::Member { path: "stringData", why: "holds no text" };
        return Some(plain.text().map(|text| Zeroizing::new(text.to_owned())).ok_or(why));
    }
    let encoded = secret.get("data")?.get(member)?;
    let wrong = CannotRead::Member { path: "data", why: "holds no text in base64" };
    let decode = |text: &str| {
        let digits: Zeroizing<String> = Zeroizing::new(text.split_ascii_whitespace().collect());
        String::from_utf8(STANDARD.decode(&*digits).ok()?).ok().map(Zeroizing::new)
    };
    Some(encoded.text().and_then(decode).ok_or(wrong))
}

#[cfg(test)]
mod tests {
    use crate::import::tests::{code, drafts};

    const DATA: &str = "eyJhdXRocyI6eyJnaGNyLmlvIjp7ImF1dGgiOiJhbUZ1WlRwdyJ9fX0=";

    #[test]
    fn a_secret_is_read_from_data_and_from_string_data() {
        let secret =
            |data: &str| format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: regcred}}\n{data}\n");
        let expected = ["regcred ghcr.io jane p"];
        let table = [
            format!("type: kubernetes.io/dockerconfigjson\ndata: {{.dockerconfigjson: {DATA}}}"),
            format!("data:\n  .dockerconfigjson: |\n    {}\n    {}", &DATA[..20], &DATA[20..]),
            "stringData: {.dockerconfigjson: '{\"auths\":{\"ghcr.io\":{\"auth\":\"amFuZTpw\"}}}'}".into(),
            "type: kubernetes.io/dockercfg\nstringData: {.dockercfg: '{\"ghcr.io\":{\"auth\":\"amFuZTpw\"}}'}".into(),
        ];
        for data in table {
            assert_eq!(drafts(&secret(&data)), expected, "{data}");
        }
        assert_eq!(code(&secret("type: Opaque\ndata: {a: Yg==}")), "no_secret");
        assert_eq!(code(&secret("data: {.dockerconfigjson: '!'}")), "member");
        assert_eq!(code(&secret("data: {.dockerconfigjson: {{ .Values.pull }}}")), "template");
    }

    #[test]
    fn lists_and_several_documents_are_read() {
        let one = format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\ndata: {{.dockerconfigjson: {DATA}}}\n"
        );
        let other = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: x}\n";
        assert_eq!(drafts(&format!("{one}---\n{other}---\n{one}")).len(), 2);
        let list = format!(
            r#"{{"apiVersion":"v1","kind":"List","items":[{{"kind":"Secret","data":{{".dockerconfigjson":"{DATA}"}}}},
                {{"kind":"Secret","type":"Opaque"}}]}}"#
        );
        assert_eq!(drafts(&list), [" ghcr.io jane p"]);
    }
}
