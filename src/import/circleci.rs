//! Logins below images in CircleCI's configuration.
//!
//! Source: circleci-yaml-language-server schema 0.37.0, and CircleCI's reference for `gcp_auth`, which the schema lacks.

use super::yaml::Value;
use super::{CannotRead, Draft, Imported, Layout};
use crate::registry::image::Image;
use crate::secret::Secret;
use crate::text;

/// The members of each way to log in. Amazon's has two.
const WAYS: [(&str, &[&[&str]]); 3] = [
    ("auth", &[&["username", "password"]]),
    ("aws_auth", &[&["aws_access_key_id", "aws_secret_access_key"], &["oidc_role_arn"]]),
    ("gcp_auth", &[&["oidc_service_account", "workload_identity_pool", "workload_identity_provider"]]),
];

/// Judges an item of `docker:`: it names an image, and each login in it has the members that CircleCI documents, as
/// texts, and no others.
///
/// # Errors
/// [`CannotRead::Member`] for what CircleCI would not take.
pub fn judge_item(item: &Value) -> Result<(), CannotRead> {
    let image = item.get("image").and_then(Value::text).filter(|image| !image.is_empty());
    image.ok_or(CannotRead::Member { path: "image", why: "is missing or no text" })?;
    for (way, forms) in WAYS {
        let Some(login) = item.get(way) else { continue };
        let has_exactly = |names: &[&str]| {
            login.members().is_some_and(|members| members.len() == names.len())
                && names.iter().all(|name| login.get(name).is_some_and(|value| value.text().is_some()))
        };
        if !forms.iter().any(|names| has_exactly(names)) {
            return Err(CannotRead::Member {
                path: way,
                why: "has not the members, as texts, that CircleCI knows",
            });
        }
    }
    Ok(())
}

/// `None` where no item has a login.
pub(super) fn read(value: &Value) -> Option<Result<Imported, CannotRead>> {
    let mut found = Imported::new(Layout::CircleCi);
    let mut failure = None;
    let mut is_there = false;
    value.walk(&mut |value| {
        let has_login = WAYS.iter().any(|(way, _)| value.get(way).is_some());
        if has_login && value.get("image").is_some() {
            is_there = true;
            if let Err(reason) = take(value, &mut found) {
                failure.get_or_insert(reason);
            }
        }
    });
    is_there.then(|| failure.map_or(Ok(found), Err))
}

fn take(item: &Value, found: &mut Imported) -> Result<(), CannotRead> {
    judge_item(item)?;
    let image = item.get("image").and_then(Value::text).unwrap_or_default();
    let shown = text::safe(image).into_owned();
    let Some(login) = item.get("auth") else {
        found.note(format!("The image {shown} is pulled with a key or a role, not with a registry's login."));
        return Ok(());
    };
    let member = |name: &str| login.get(name).and_then(Value::text).unwrap_or_default();
    let (username, password) = (member("username"), member("password"));
    // CircleCI puts a variable's value wherever its name stands after a dollar sign.
    if username.contains('$') || password.contains('$') {
        found.note(format!("The login of {shown} is in variables at CircleCI: only their names are here."));
        return Ok(());
    }
    if username.is_empty() || password.is_empty() {
        found.note(format!("The login of {shown} is empty: CircleCI pulls without one."));
        return Ok(());
    }
    let Ok(parsed) = Image::parse(image) else {
        found.note(format!("{shown} is no image reference, so that its registry is not known."));
        return Ok(());
    };
    let draft = Draft {
        name: String::new(),
        registry: parsed.docker_key().to_owned(),
        username: username.to_owned(),
        secret: Secret::new(password.as_bytes().to_vec()),
        email: String::new(),
        is_identity_token: false,
    };
    // One login serves several images.
    if !found.drafts.contains(&draft) {
        found.drafts.push(draft);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::tests::{code, drafts};
    use crate::import::{json_value, read};

    #[test]
    fn an_item_has_the_members_of_its_way_and_no_others() {
        let table = [
            (r#"{"image":"a"}"#, true),
            (r#"{"image":"a","auth":{"username":"u","password":"$P"}}"#, true),
            (r#"{"image":"a","auth":{"username":"u"}}"#, false),
            (r#"{"image":"a","auth":{"username":"u","password":"p","email":"e"}}"#, false),
            (r#"{"image":"a","auth":{"username":1,"password":"p"}}"#, false),
            (r#"{"image":"a","auth":"u:p"}"#, false),
            (r#"{"auth":{"username":"u","password":"p"}}"#, false),
            (r#"{"image":"a","aws_auth":{"oidc_role_arn":"r"}}"#, true),
            (r#"{"image":"a","aws_auth":{"oidc_role_arn":"r","aws_access_key_id":"i"}}"#, false),
            (r#"{"image":"a","aws_auth":{"aws_access_key_id":"i"}}"#, false),
            (r#"{"image":"a","gcp_auth":{"oidc_service_account":"s"}}"#, false),
        ];
        for (item, is_good) in table {
            assert_eq!(judge_item(&json_value(item).unwrap()).is_ok(), is_good, "{item}");
        }
    }

    #[test]
    fn literal_logins_are_taken_and_variables_are_told() {
        let config = "version: 2.1\njobs:\n  build:\n    docker:\n      - &x\n        image: quay.io/a/b:1\n        auth: \
                      {username: jane, password: p}\n      - image: acme/c\n        auth: {username: joe, password: $P}\n  \
                      deploy:\n    docker:\n      - *x\n";
        assert_eq!(drafts(config), [" quay.io jane p"]);
        assert!(read(config.as_bytes()).unwrap().notes[0].contains("variables"));
        assert_eq!(
            drafts("- image: acme/c\n  auth: {username: joe, password: q}\n"),
            [" https://index.docker.io/v1/ joe q"]
        );
        assert_eq!(code("- image: acme/c\n  auth: {username: joe, password: 5}\n"), "member");
    }
}
