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
mod judge;
mod kube;
mod lifetime;
pub mod platform;
mod tree;

use jiff::Timestamp;

use judge::{accept, no_doubles};

pub use artifact::{Artifact, Field, FieldValue, File, Piece, Step};
pub use bundle::{Bundle, Variables};
pub use field::{FieldSpec, Need};
pub use form::Form;
pub use order::{Answers, Order};
pub use platform::PLATFORMS;
pub use refusal::CannotWrite;

use crate::credential::rules::FieldVerdict;
use crate::registry::image::Image;
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
    pub name_rule: Option<fn(&str) -> FieldVerdict>,
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
    pub fn verdict(&self, field: &str, answer: &str) -> Option<FieldVerdict> {
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
    judge::judge(&order)?;
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
