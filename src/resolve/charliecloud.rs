//! charliecloud: two variables, and nothing that is kept.
//!
//! Source: charliecloud 23de6ee (v0.38) `lib/registry.py`.

use crate::registry::image::Image;
use crate::resolve::run::{Halt, Run};
use crate::resolve::trace::{End, Outcome, Sent, Source};
use crate::secret::Secret;

/// The variable for the user name.
pub const USERNAME: &str = "CH_IMAGE_USERNAME";
const PASSWORD: &str = "CH_IMAGE_PASSWORD";

/// What `ch-image pull` sends: the login of the variables, whatever the registry, where it may log in at all.
pub fn resolve(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    Image::parse(image).map_err(|_| Halt::Stops("invalid image reference".to_owned()))?;
    let snapshot = run.snapshot();
    let may = snapshot.filled("CH_IMAGE_AUTH") == Some("yes");
    let source = Source::Variable(USERNAME);
    let login = snapshot.filled(USERNAME).zip(snapshot.filled(PASSWORD)).filter(|_| may);
    let Some((name, password)) = login else {
        run.note(source, image, Outcome::Absent);
        return Ok(End::Anonymous);
    };
    run.note(source.clone(), image, Outcome::Found("*".to_owned()));
    Ok(End::login(source, "*", Sent::basic(name, Some(Secret::from_text(password.to_owned())))))
}
