//! Carrying a filled-in form out.

use crate::app::Context;
use crate::app::login::destination::Destination;
use crate::app::login::submission::{Origin, Password, Submission};
use crate::app::login::{add, fetch, for_docker};
use crate::app::transaction::{self, Consent, Done, Line, Review, Undo};
use crate::app::vault::edit;
use crate::config::locate::Format;
use crate::config::relocate;
use crate::credential::Credential;
use crate::credential::content::Content;
use crate::credential::login::{LoginId, Store};
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::settings::Settings;

/// Writes a submission to its destinations. When one destination fails, what was done for the others is taken back.
///
/// # Errors
/// The first destination that failed, or the login whose password was to be kept cannot be read.
pub async fn submit(ctx: &Context, submission: Submission) -> Result<Done> {
    let password = password(ctx, &submission).await?;
    let (mut done, noted) = (Done::default(), ctx.ahead.count());
    match write(ctx, submission, password, &mut done).await {
        Ok(()) => Ok(done),
        Err(error) => Err(transaction::roll_back(ctx, done.undo, noted, error).await),
    }
}

/// The password that will be kept: the new one, or the one that is there.
///
/// # Errors
/// The login whose password stays cannot be read.
pub async fn password(ctx: &Context, submission: &Submission) -> Result<Secret> {
    match (&submission.password, &submission.origin) {
        (Password::New(password), _) => Ok(password.clone()),
        (Password::Keep, Origin::Edit(id)) => Ok(fetch::fetch(ctx, id).await?.credential.secret),
        (Password::Keep, Origin::New) => Err(Error::usage("A new login needs a password or token.")),
    }
}

async fn write(ctx: &Context, submission: Submission, password: Secret, done: &mut Done) -> Result<()> {
    let consent = Consent { plain: submission.allows_plain_file, force: false };
    let login = Content::Basic(Credential::new(&*submission.username, password.clone()));
    let tools = [(Destination::Docker, add::FileOf::Docker), (Destination::Podman, add::FileOf::Podman)];
    for (destination, to) in tools {
        if submission.destinations.contains(&destination) {
            let review = review(&ctx.settings, &submission, login.clone(), to)?;
            let written = transaction::apply(ctx, review, consent).await?;
            done.lines.extend(written.lines);
            done.undo.append(written.undo);
        }
    }
    if submission.destinations.contains(&Destination::VaultForDocker) {
        return keep_for_docker(ctx, submission, password, done).await;
    }
    // Last, because nothing after it can fail.
    if submission.destinations.contains(&Destination::Vault) {
        done.lines.push(Line::Said(format!("The vault keeps {}.", submission.name)));
        done.undo.append(put_into_vault(ctx, submission, password).await?);
    }
    Ok(())
}

/// The vault first, then the line in docker's file that makes docker ask for it there.
async fn keep_for_docker(
    ctx: &Context,
    mut submission: Submission,
    password: Secret,
    done: &mut Done,
) -> Result<()> {
    // Before anything is written: whatever docker's file is refused for.
    let review = for_docker::review(&ctx.settings, &submission.registry_key)?;
    submission.registry_key = relocate::docker_key(&submission.registry_key)?;
    let name = submission.name.clone();
    let kept = put_into_vault(ctx, submission, password).await?;
    let others = kept.passed_over();
    done.undo.append(kept);
    let written = transaction::apply(ctx, review, Consent::default()).await?;
    done.lines.push(Line::Said(format!("The vault keeps {name}, and docker finds it there.")));
    let stays = |other| Line::Said(format!("docker no longer uses {other}, which stays as a secret."));
    done.lines.extend(others.into_iter().map(stays));
    done.lines.extend(written.lines);
    done.undo.append(written.undo);
    Ok(())
}

/// A login that is changed where it lies keeps its key and its other members.
fn review(settings: &Settings, submission: &Submission, content: Content, to: add::FileOf) -> Result<Review> {
    let format = match to {
        add::FileOf::Docker => Format::Docker,
        add::FileOf::Podman => Format::Containers,
    };
    match &submission.origin {
        Origin::Edit(id)
            if fetch::file_of(settings, id).is_some_and(|file| file.format == format)
                && *id.key == *submission.registry_key =>
        {
            add::review_edit(settings, id, content)
        }
        _ => add::review(settings, &add::Request { registry: submission.registry_key.clone(), content, to }),
    }
}

/// A secret of the vault that is edited stays one; anything else becomes a new one.
async fn put_into_vault(ctx: &Context, submission: Submission, password: Secret) -> Result<Undo> {
    let (now, ahead) = (ctx.now(), ctx.ahead.clone());
    let undo = ctx.with_vault(move |vault| match &submission.origin {
        Origin::Edit(LoginId { store: Store::Vault(name), .. }) => {
            edit::replace((vault, &ahead), name, &submission, password, now)
        }
        Origin::Edit(_) | Origin::New => edit::add((vault, &ahead), &submission, password, now),
    });
    undo.await
}
