//! What an edit did to a file, kept small: the way back in splices and the members that were touched, and of the whole file
//! a hash before and after. So a change of a large file leaves no copy of it.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::config::document::split_mark;
use crate::config::edit::{self, Splice};
use crate::config::locate::Format;
use crate::config::plan::{Change, EditPlan, MemberPath, PastEdit};
use crate::config::restore::{place, whole};
use crate::json_text;
use crate::secret::Secret;

/// SHA-256 of a whole file; `None` where there is no file.
pub type FileHash = Option<[u8; 32]>;

/// What an edit did to a file. It holds secrets; `Debug` shows none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// How the file is read.
    pub format: Format,
    /// The file before it.
    pub before: FileHash,
    /// The file right after it.
    pub after: FileHash,
    /// What makes the text before it of the one after it, in this order; places count from behind a byte order mark.
    pub back: Vec<Splice>,
    /// The members that it touched.
    pub members: Vec<Member>,
}

/// A member that an edit touched, as raw JSON; `None` where it was not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Which.
    pub slot: MemberPath,
    /// Before the edit.
    pub before: Option<Secret>,
    /// After it.
    pub after: Option<Secret>,
}

impl Edited {
    /// What this plan does to a file of these bytes; `after` is what it makes of them.
    pub fn by(plan: &EditPlan, format: Format, before: Option<&[u8]>, after: Option<&[u8]>) -> Self {
        let back = if after.is_some() {
            inverse(before.unwrap_or_default(), &plan.splices)
        } else {
            // The file goes: the way back is all of it.
            vec![Splice { at: 0..0, text: lossy(before.unwrap_or_default()) }]
        };
        Self::with(format, (before, after), back, &plan.members)
    }

    /// What was done to a file of which both whole texts were kept.
    pub fn between(
        format: Format,
        before: Option<&[u8]>,
        after: Option<&[u8]>,
        slots: &[MemberPath],
    ) -> Self {
        let text = |bytes: Option<&[u8]>| lossy(split_mark(bytes.unwrap_or_default()).1);
        let back = whole(&text(after), &text(before)).into_iter().collect();
        Self::with(format, (before, after), back, slots)
    }

    fn with(
        format: Format,
        (before, after): (Option<&[u8]>, Option<&[u8]>),
        back: Vec<Splice>,
        slots: &[MemberPath],
    ) -> Self {
        let member = |slot: &MemberPath| Member {
            slot: slot.clone(),
            before: raw(before, slot, format),
            after: raw(after, slot, format),
        };
        let members = slots.iter().map(member).collect();
        Self { format, before: hash(before), after: hash(after), back, members }
    }

    /// Adds an edit of the same file that followed this one at once.
    pub fn go_on(&mut self, later: Self) {
        self.after = later.after;
        self.back = [later.back, std::mem::take(&mut self.back)].concat();
        for member in later.members {
            match self.members.iter_mut().find(|known| known.slot == member.slot) {
                Some(known) => known.after = member.after,
                None => self.members.push(member),
            }
        }
    }

    /// It with whole texts, for a file that has these bytes now: the very texts where nobody else wrote since, else what holds
    /// the touched members alone.
    pub fn past(&self, now: Option<&[u8]>) -> PastEdit {
        let members = self.members.iter().map(|member| member.slot.clone()).collect();
        if hash(now) == self.after {
            let whole = self.before.map(|_| self.before_of(now.unwrap_or_default()));
            if hash(whole.as_deref().map(Vec::as_slice)) == self.before {
                let secret = |bytes: &[u8]| Secret::new(bytes.to_vec());
                let before = whole.as_deref().map(|bytes| secret(bytes));
                return PastEdit { before, after: now.map(secret), members };
            }
        }
        let before = self.only(|member| member.before.as_ref());
        let after = self.only(|member| member.after.as_ref());
        PastEdit { before: Some(before), after: Some(after), members }
    }

    fn before_of(&self, after: &[u8]) -> Zeroizing<Vec<u8>> {
        let splices = self.back.clone();
        let fits = |text: &str, splice: &Splice| text.get(splice.at.clone()).is_some();
        let (mark, text) = split_mark(after);
        let mut text = lossy(text);
        for splice in splices {
            if !fits(&text, &splice) {
                return Zeroizing::default();
            }
            text = splice.apply(&text);
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(mark.len() + text.len()));
        bytes.extend_from_slice(mark);
        bytes.extend_from_slice(text.as_bytes());
        bytes
    }

    /// A text with the touched members and nothing else.
    fn only(&self, value: impl Fn(&Member) -> Option<&Secret>) -> Secret {
        let mut out = Zeroizing::new(String::from("{"));
        for path in [&["auths"][..], &["credHelpers"], &[]] {
            let here = self.members.iter().filter(|member| place(&member.slot, self.format).0 == path);
            let mut inner = Zeroizing::new(String::new());
            for member in here {
                let Some(raw) = value(member).and_then(Secret::expose_text) else { continue };
                let name = place(&member.slot, self.format).1;
                if !inner.is_empty() {
                    inner.push(',');
                }
                json_text::push_escaped(&mut inner, name);
                inner.push(':');
                inner.push_str(raw);
            }
            if inner.is_empty() {
                continue;
            }
            if out.len() > 1 {
                out.push(',');
            }
            match path {
                [] => out.push_str(&inner),
                path => {
                    let _infallible = write!(out, "\"{}\":{{{}}}", path.concat(), &*inner);
                }
            }
        }
        out.push('}');
        Secret::new(out.as_bytes().to_vec())
    }

    /// True where somebody made the edit again: a helper is named as it was after the edit, and was not before.
    pub fn names_its_helper_again(&self, now: Option<&[u8]>, key: &str) -> bool {
        let is_it = |slot: &MemberPath| {
            matches!(slot, MemberPath::Helper(name) if name == key) || *slot == MemberPath::Store
        };
        let mut members = self.members.iter().filter(|member| is_it(&member.slot));
        members.any(|member| {
            member.after.is_some()
                && member.after != member.before
                && raw(now, &member.slot, self.format) == member.after
        })
    }

    /// True where bringing the file back may take away the only copy of a secret: an entry has one that it did not have.
    pub fn holds_a_new_secret(&self) -> bool {
        let entries = self.members.iter().filter(|member| matches!(member.slot, MemberPath::Entry(_)));
        entries.clone().any(|member| member.after != member.before && !is_marker(member.after.as_ref()))
    }

    /// What the edit did, told from the members.
    pub fn changes(&self) -> Vec<Change> {
        self.members.iter().filter(|member| member.before != member.after).map(Member::change).collect()
    }
}

impl Member {
    fn change(&self) -> Change {
        let text = |raw: &Secret| serde_json::from_slice::<String>(raw.expose()).unwrap_or_default();
        match (&self.slot, &self.before, &self.after) {
            (MemberPath::Entry(key), _, None) => Change::RemoveEntry(key.clone()),
            (MemberPath::Entry(key), None, after) if is_marker(after.as_ref()) => {
                Change::AddMarker(key.clone())
            }
            (MemberPath::Entry(key), None, _) => Change::AddEntry(key.clone()),
            (MemberPath::Entry(key), _, after) if is_marker(after.as_ref()) => {
                Change::EmptyEntry(key.clone())
            }
            (MemberPath::Entry(key), ..) => Change::ReplaceEntry(key.clone()),
            (MemberPath::Helper(key), _, Some(helper)) => Change::NameHelper(key.clone(), text(helper)),
            (MemberPath::Helper(key), _, None) => Change::ForgetHelper(key.clone()),
            (MemberPath::Store, _, Some(helper)) => Change::NameStore(text(helper)),
            (MemberPath::Store, _, None) => Change::Restore(MemberPath::Store),
        }
    }
}

/// True for no entry, and for one without anything in it.
fn is_marker(raw: Option<&Secret>) -> bool {
    raw.is_none_or(|raw| raw.expose().iter().filter(|byte| !byte.is_ascii_whitespace()).eq(b"{}"))
}

fn raw(bytes: Option<&[u8]>, slot: &MemberPath, format: Format) -> Option<Secret> {
    let text = lossy(split_mark(bytes?).1);
    let (path, name) = place(slot, format);
    edit::raw(&text, path, name).map(|raw| Secret::new(raw.as_bytes().to_vec()))
}

fn hash(bytes: Option<&[u8]>) -> FileHash {
    bytes.map(|bytes| Sha256::digest(bytes).into())
}

fn lossy(bytes: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(String::from_utf8_lossy(bytes).into_owned())
}

/// What takes these splices back, the last one first.
fn inverse(before: &[u8], splices: &[Splice]) -> Vec<Splice> {
    let mut text = lossy(split_mark(before).1);
    let mut back = Vec::new();
    for splice in splices {
        let start = splice.at.start;
        let gone = text.get(splice.at.clone()).unwrap_or_default().to_owned();
        back.push(Splice { at: start..start + splice.text.len(), text: Zeroizing::new(gone) });
        text = splice.apply(&text);
    }
    back.reverse();
    back
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::default_store::Machine;
    use crate::config::plan::{EditContext, Intent};
    use crate::config::planning;

    const AROUND: EditContext = EditContext {
        format: Format::Docker,
        machine: Machine { store: None, pass_shadows_secretservice: false },
    };

    fn edit(bytes: Option<&[u8]>, intent: &Intent) -> (EditPlan, Vec<u8>) {
        let plan = planning::plan(bytes, intent, &AROUND).unwrap();
        let after = plan.apply(bytes.unwrap_or_default()).to_vec();
        (plan, after)
    }

    fn remove(key: &str) -> Intent {
        Intent::Remove { keys: vec![key.into()] }
    }

    #[test]
    fn the_way_back_is_exact_however_the_file_begins_and_is_written() {
        let table: [&[u8]; 3] = [
            b"{\"auths\": {\"a\": {\"auth\": \"dTpw\"},\n  \"b\" : {\"auth\": \"dTpx\"}}, \"x\": 1 }",
            b"\xef\xbb\xbf{\"auths\":{\"a\":{\"auth\":\"dTpw\"}}}\r\n",
            b"{\"auths\":{\"a\":{\"auth\":\"dTpw\",\"identitytoken\":\"t\"}},\"credHelpers\":{\"c\":\"d\"}}",
        ];
        for before in table {
            let (plan, after) = edit(Some(before), &remove("a"));
            let edited = Edited::by(&plan, Format::Docker, Some(before), Some(&after));
            let (plan, back) = edit(Some(&after), &Intent::Restore(edited.past(Some(&after))));
            assert!(!plan.remove_file);
            assert_eq!(back, before, "{}", String::from_utf8_lossy(before));
        }
    }

    #[test]
    fn in_a_file_that_somebody_else_wrote_since_the_touched_members_alone_come_back() {
        let before = br#"{"auths":{"a":{"auth":"dTpw"},"b":{"auth":"dTpx"}}}"#;
        let (plan, after) = edit(Some(before), &remove("a"));
        let edited = Edited::by(&plan, Format::Docker, Some(before), Some(&after));
        let theirs = br#"{"auths":{"b":{"auth":"dTp5"}},"new":true}"#;
        let (_, back) = edit(Some(theirs), &Intent::Restore(edited.past(Some(theirs))));
        assert_eq!(back, br#"{"auths":{"b":{"auth":"dTp5"},"a":{"auth":"dTpw"}},"new":true}"#);
        let newer = br#"{"auths":{"a":{"auth":"dTp5"}}}"#;
        let past = Intent::Restore(edited.past(Some(newer)));
        assert!(planning::plan(Some(newer), &past, &AROUND).is_err());
        // And one that is as before already wants nothing.
        let past = Intent::Restore(edited.past(Some(before)));
        assert!(planning::plan(Some(before), &past, &AROUND).unwrap().is_empty());
    }

    #[test]
    fn edits_that_follow_each_other_are_taken_back_as_one() {
        let first = br#"{"auths":{"a":{"auth":"dTpw"},"b":{"auth":"dTpx"}}}"#;
        let (plan, second) = edit(Some(first), &remove("a"));
        let mut edited = Edited::by(&plan, Format::Docker, Some(first), Some(&second));
        let (plan, third) = edit(Some(&second), &remove("b"));
        edited.go_on(Edited::by(&plan, Format::Docker, Some(&second), Some(&third)));
        let (_, back) = edit(Some(&third), &Intent::Restore(edited.past(Some(&third))));
        assert_eq!(back, first);
        assert_eq!(edited.changes(), ["a", "b"].map(|key| Change::RemoveEntry(key.into())));
    }

    #[test]
    fn a_large_file_leaves_a_small_trace_without_its_other_secrets() {
        let entries: Vec<String> = (0..1000).map(|at| format!("\"r{at}\":{{\"auth\":\"dTpw\"}}")).collect();
        let before = format!("{{\"auths\":{{\"a\":{{\"auth\":\"dTpw\"}},{}}}}}", entries.join(","));
        let (plan, after) = edit(Some(before.as_bytes()), &remove("a"));
        let edited = Edited::by(&plan, Format::Docker, Some(before.as_bytes()), Some(&after));
        let kept: usize = edited.back.iter().map(|splice| splice.text.len()).sum();
        assert!(kept < 100, "{kept} bytes");
    }

    #[test]
    fn a_new_secret_is_told_from_a_marker() {
        let before = br#"{"auths":{"a":{}}}"#;
        let (after, marker) = (br#"{"auths":{"a":{"auth":"dTpw"}}}"#, br#"{"auths":{"a":{ }}}"#);
        let edited = |before: &[u8], after: &[u8]| {
            Edited::between(Format::Docker, Some(before), Some(after), &[MemberPath::Entry("a".into())])
        };
        assert!(edited(before, after).holds_a_new_secret());
        assert!(!edited(after, before).holds_a_new_secret());
        assert!(!edited(before, marker).holds_a_new_secret());
        assert_eq!(edited(after, before).changes(), [Change::EmptyEntry("a".into())]);
    }

    #[test]
    fn a_file_that_went_comes_back_with_its_mark() {
        let before = "\u{feff}{\"auths\":{}}".as_bytes();
        let plan = EditPlan { remove_file: true, ..EditPlan::default() };
        let edited = Edited::by(&plan, Format::Docker, Some(before), None);
        let past = edited.past(None);
        assert_eq!((past.before.unwrap().expose(), past.after), (before, None));
    }
}
