//! What no platform takes, whichever it is.

use crate::credential::content::Unfit;
use crate::credential::rules::{FieldVerdict, SecretType, user};
use crate::registry::key;
use crate::text;

use super::{Bundle, CannotWrite, Form, Need, Order, Platform, field};

/// What no platform takes.
pub(super) fn judge(order: &Order<'_>) -> Result<(), CannotWrite> {
    let platform = order.platform;
    match order.bundles {
        [] => return Err(CannotWrite::Nothing),
        [_, _, ..] if !platform.takes_many => return Err(CannotWrite::OneAtATime),
        _ => {}
    }
    if !platform.forms.contains(&order.form) {
        return Err(CannotWrite::FormNotOffered { form: order.form, offered: platform.forms });
    }
    for (field, answer) in order.answers.iter() {
        let spec = platform.fields.iter().find(|spec| spec.id == field);
        let spec = spec.ok_or_else(|| CannotWrite::NoSuchField(field.to_owned()))?;
        accept(spec.id, spec.verdict(answer))?;
    }
    order.bundles.iter().try_for_each(|bundle| judge_bundle(platform, order.form, bundle))?;
    if platform.name_rule.is_some() {
        let names = order.bundles.iter().map(|bundle| bundle.object_name().into_owned());
        no_doubles("name", names)?;
    }
    Ok(())
}

fn judge_bundle(platform: &Platform, form: Form, bundle: &Bundle) -> Result<(), CannotWrite> {
    judge_key(bundle)?;
    judge_account(platform, bundle)?;
    judge_secret(form, bundle)?;
    for name in bundle.variables.iter().flat_map(|pair| [&pair.username, &pair.secret]) {
        accept("env", field::variable(name))?;
    }
    if let Some(rule) = platform.name_rule {
        accept("name", rule(&bundle.object_name()))?;
    }
    match (&bundle.image, platform.image) {
        (None, Need::Required) => Err(CannotWrite::AnswerMissing {
            field: "image",
            wanted_for: "the platform pulls one image with it",
        }),
        (Some(image), Need::Required | Need::Optional) => accept("image", field::image(image)),
        _ => Ok(()),
    }
}

/// Commands and files name the registry: a key with odd characters is a trap, and no image's.
fn judge_key(bundle: &Bundle) -> Result<(), CannotWrite> {
    if key::companion(&bundle.key).is_some() || key::is_hub_tool_key(&bundle.key) {
        return Err(CannotWrite::NoLogin);
    }
    let is_odd = |c: char| c.is_whitespace() || text::is_unsafe(c);
    if bundle.registry().host.is_empty() || bundle.key.contains(is_odd) {
        return Err(CannotWrite::KeyNeverMatches);
    }
    Ok(())
}

fn judge_account(platform: &Platform, bundle: &Bundle) -> Result<(), CannotWrite> {
    if bundle.is_identity_token() && !platform.takes_identity_tokens {
        return Err(CannotWrite::IdentityToken);
    }
    if bundle.username.contains(':') {
        return Err(Unfit::ColonInUsername.into());
    }
    accept("username", user::verdict(SecretType::Private, &bundle.username))
}

fn judge_secret(form: Form, bundle: &Bundle) -> Result<(), CannotWrite> {
    let is_literal = form == Form::Literal;
    let Some(secret) = &bundle.secret else {
        return if is_literal { Err(CannotWrite::SecretNotFetched) } else { Ok(()) };
    };
    let bytes = secret.expose();
    if bytes.is_empty() {
        return Err(Unfit::EmptySecret.into());
    }
    if [bytes.first(), bytes.last()].contains(&Some(&0)) {
        return Err(Unfit::NulAtTheEnds.into());
    }
    if is_literal && secret.expose_text().is_none() {
        return Err(CannotWrite::NotText);
    }
    Ok(())
}

/// An answer that is not wrong.
pub(super) fn accept(field: &'static str, verdict: FieldVerdict) -> Result<(), CannotWrite> {
    match verdict {
        FieldVerdict::Wrong { rule, fix } => {
            Err(CannotWrite::Answer { field, rule: rule.into_owned(), mend: fix.into_owned() })
        }
        FieldVerdict::Ok | FieldVerdict::Warn(_) => Ok(()),
    }
}

/// No name stands there twice.
pub(super) fn no_doubles(
    field: &'static str,
    names: impl Iterator<Item = String>,
) -> Result<(), CannotWrite> {
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(CannotWrite::SameName { field, name: pair[0].clone() }),
        None => Ok(()),
    }
}
