//! Hands a secret to the platform that needs it: what its files, its forms and its commands must say. Pure.
//!
//! One file a platform (`platform/`), one a language (`escape/`). A platform is a row of [`PLATFORMS`]; [`export`] judges
//! what every platform must have judged, and tells what is to be told of every secret that does not live long.

pub mod artifact;
pub mod bundle;
pub mod field;
pub mod form;
pub mod kubernetes_key;
pub mod order;
pub mod refusal;

mod aws;
mod commands;
pub mod docker_config;
pub mod escape;
mod kube;
mod lifetime;
pub mod platform;
mod tree;

use jiff::Timestamp;

pub use artifact::{Artifact, Field, FieldValue, File, Piece, Step};
pub use bundle::{Bundle, Variables};
pub use field::{FieldSpec, Need};
pub use form::Form;
pub use order::{Answers, Order};
pub use platform::PLATFORMS;
pub use refusal::CannotWrite;

use crate::credential::content::Unfit;
use crate::credential::rules::{SecretType, Verdict, user};
use crate::registry::image::Image;
use crate::registry::key;
use crate::text;

/// A place that takes registry logins, and what it wants.
pub struct Platform {
    /// The word on the command line.
    pub id: &'static str,
    /// The name that people use.
    pub name: &'static str,
    /// What the export gives, in a line.
    pub what: &'static str,
    /// The forms in which the secret can stand there; the first is the usual one.
    pub forms: &'static [Form],
    /// True where one export can hold several secrets.
    pub takes_many: bool,
    /// True where the platform's files can hold a token for a token service.
    pub takes_identity_tokens: bool,
    /// Whether the image that is pulled must be known.
    pub image: Need,
    /// The rule for the name of the object at the platform; `None` where it has no name.
    pub name_rule: Option<fn(&str) -> Verdict>,
    /// What is asked beyond the secret.
    pub fields: &'static [FieldSpec],
    /// How a secret that ends is followed by a fresh one there, in whole sentences.
    pub stays_fresh: &'static str,
    render: fn(&Order<'_>) -> Result<Artifact, CannotWrite>,
}

impl Platform {
    /// The form that is written where nobody asks for another.
    pub fn usual_form(&self) -> Form {
        self.forms.first().copied().unwrap_or(Form::Literal)
    }

    /// The verdict on an answer; `None` where the platform has no such field.
    pub fn verdict(&self, field: &str, answer: &str) -> Option<Verdict> {
        self.fields.iter().find(|spec| spec.id == field).map(|spec| spec.verdict(answer))
    }
}

/// The platform of this [`Platform::id`].
pub fn platform(id: &str) -> Option<&'static Platform> {
    PLATFORMS.iter().copied().find(|platform| platform.id == id)
}

/// Writes secrets down for a platform: in its usual form, or in the one asked for.
///
/// # Errors
/// [`CannotWrite`] where the platform or the language of its files cannot take it.
pub fn export(
    platform: &'static Platform,
    bundles: &[Bundle],
    form: Option<Form>,
    answers: &Answers,
    now: Timestamp,
) -> Result<Artifact, CannotWrite> {
    let order = Order { platform, bundles, form: form.unwrap_or(platform.usual_form()), answers };
    judge(&order)?;
    let mut artifact = (platform.render)(&order)?;
    if artifact.holds_secret() {
        artifact.warn(
            "The secret itself is in what is written: keep it out of version control, and remove it when the \
             platform has it.",
        );
    }
    for bundle in bundles {
        artifact.warnings.extend(lifetime::warning(bundle, now));
        artifact.warnings.extend(image_warning(bundle));
    }
    if bundles.iter().any(lifetime::ends) {
        artifact.warn(platform.stays_fresh);
    }
    Ok(artifact)
}

/// What no platform takes.
fn judge(order: &Order<'_>) -> Result<(), CannotWrite> {
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
    if key::companion(&bundle.key).is_some() || key::is_hub_tool_key(&bundle.key) {
        return Err(CannotWrite::NoLogin);
    }
    // Commands and files name the registry: a key with such characters is a trap, and no image's.
    let is_odd = |c: char| c.is_whitespace() || text::is_unsafe(c);
    if bundle.registry().host.is_empty() || bundle.key.contains(is_odd) {
        return Err(CannotWrite::KeyNeverMatches);
    }
    for name in bundle.variables.iter().flat_map(|pair| [&pair.username, &pair.secret]) {
        accept("env", field::variable(name))?;
    }
    if bundle.is_identity_token() && !platform.takes_identity_tokens {
        return Err(CannotWrite::IdentityToken);
    }
    if bundle.username.contains(':') {
        return Err(Unfit::ColonInUsername.into());
    }
    accept("username", user::verdict(SecretType::Private, &bundle.username))?;
    if let Some(secret) = &bundle.secret {
        let bytes = secret.expose();
        if bytes.is_empty() {
            return Err(Unfit::EmptySecret.into());
        }
        if [bytes.first(), bytes.last()].contains(&Some(&0)) {
            return Err(Unfit::NulAtTheEnds.into());
        }
        if form == Form::Literal && secret.expose_text().is_none() {
            return Err(CannotWrite::NotText);
        }
    } else if form == Form::Literal {
        return Err(CannotWrite::SecretNotFetched);
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

/// An answer that is not wrong.
fn accept(field: &'static str, verdict: Verdict) -> Result<(), CannotWrite> {
    match verdict {
        Verdict::Wrong { rule, mend } => {
            Err(CannotWrite::Answer { field, rule: rule.into_owned(), mend: mend.into_owned() })
        }
        Verdict::Ok | Verdict::Warn(_) => Ok(()),
    }
}

/// No name stands there twice.
fn no_doubles(field: &'static str, names: impl Iterator<Item = String>) -> Result<(), CannotWrite> {
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(CannotWrite::SameName { field, name: pair[0].clone() }),
        None => Ok(()),
    }
}

fn image_warning(bundle: &Bundle) -> Option<String> {
    let image = Image::parse(bundle.image.as_deref()?).ok()?;
    (!order::is_at_registry(&image, bundle)).then(|| {
        format!(
            "The image {image} does not lie at {}: this login plays no part in its pull.",
            text::safe(&bundle.registry().host)
        )
    })
}

#[cfg(test)]
pub(crate) mod tests;
