//! Undoing an edit: the same bytes where nothing else happened, else the same members.

use zeroize::Zeroizing;

use crate::config::default_store::Machine;
use crate::config::document::split_mark;
use crate::config::draft::Draft;
use crate::config::edit::{self, JsonValue, Splice};
use crate::config::edit_refused::EditRefused;
use crate::config::locate::Format;
use crate::config::plan::{Change, EditContext, EditPlan, MemberPath, PastEdit};
use crate::secret::Secret;

/// Plans to bring back the members that an edit touched, in a file that has these bytes now.
///
/// # Errors
/// [`EditRefused::ChangedSince`] where somebody changed one of them again, or the file cannot be edited.
pub fn plan(bytes: Option<&[u8]>, edit: &PastEdit, format: Format) -> Result<EditPlan, EditRefused> {
    let PastEdit { before, after, members } = edit;
    let (before, after) = (before.as_ref(), after.as_ref());
    let untouched = bytes == after.map(Secret::expose);
    if untouched && before.is_none() {
        let changes = members.iter().cloned().map(Change::Restore).collect();
        return Ok(EditPlan { changes, remove_file: bytes.is_some(), ..EditPlan::default() });
    }
    let text = |secret: Option<&Secret>| {
        let bytes = secret.map(Secret::expose).unwrap_or_default();
        Zeroizing::new(String::from_utf8_lossy(split_mark(bytes).1).into_owned())
    };
    let (before, after) = (text(before), text(after));
    let context = EditContext { format, machine: Machine::default() };
    let mut draft = Draft::read(bytes.unwrap_or_default(), &context)?;
    if untouched {
        draft.plan.splices = whole(&after, &before).into_iter().collect();
        draft.plan.changes = members.iter().cloned().map(Change::Restore).collect();
        draft.plan.members.clone_from(members);
        return Ok(draft.plan);
    }
    for member in members {
        let (path, name) = place(member, format);
        let now = edit::raw(&draft.text, path, name).map(str::to_owned);
        let (wanted, left) = (edit::raw(&before, path, name), edit::raw(&after, path, name));
        if now.as_deref() == wanted {
            continue;
        }
        if now.as_deref() != left {
            return Err(EditRefused::ChangedSince { what: member.words() });
        }
        match wanted {
            Some(raw) => {
                draft.set(path, name, &JsonValue::Token(Zeroizing::new(raw.to_owned())), member.clone());
            }
            None => draft.remove(path, name, member.clone()),
        }
        draft.plan.changes.push(Change::Restore(member.clone()));
    }
    Ok(draft.plan)
}

/// Where a member stands: the path of its object, and its name there.
pub(super) fn place(member: &MemberPath, format: Format) -> (&'static [&'static str], &str) {
    match member {
        MemberPath::Entry(key) if format == Format::Legacy => (&[], key),
        MemberPath::Entry(key) => (&["auths"], key),
        MemberPath::Helper(key) => (&["credHelpers"], key),
        MemberPath::Store => (&[], "credsStore"),
    }
}

/// The one splice that makes one text of another: what differs between their common beginning and end.
pub(super) fn whole(from: &str, to: &str) -> Option<Splice> {
    if from == to {
        return None;
    }
    let same = |a: &mut dyn Iterator<Item = (char, char)>| -> usize {
        a.take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum()
    };
    let start = same(&mut from.chars().zip(to.chars()));
    let end = same(&mut from[start..].chars().rev().zip(to[start..].chars().rev()));
    let text = Zeroizing::new(to[start..to.len() - end].to_owned());
    Some(Splice { at: start..from.len() - end, text })
}
