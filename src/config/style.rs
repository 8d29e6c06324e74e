//! How a file is spaced: read from the members that are there, for those that are to come.

use crate::config::spans::{MemberSpan, Object};

/// The blanks of one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Style {
    /// After the opening brace.
    pub open: String,
    /// After a comma.
    pub between: String,
    /// Before a comma.
    pub before_comma: String,
    /// From a name to its value.
    pub colon: String,
    /// Before the closing brace.
    pub close: String,
    /// True for the object that is the file.
    pub is_top: bool,
}

impl Style {
    /// As docker writes: tabs, a member a line (docker/cli 28f7560 `configfile/file.go`, `SaveToWriter`). The lines end as
    /// those that are there.
    pub fn dockers(text: &str) -> Self {
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let line = format!("{newline}\t");
        Self {
            open: line.clone(),
            between: line,
            before_comma: String::new(),
            colon: ": ".into(),
            close: newline.into(),
            is_top: true,
        }
    }

    /// The style of the object that is the file.
    pub fn of_top(text: &str, top: &Object<'_>) -> Self {
        let style = Self::of(text, top).unwrap_or_else(|| Self::dockers(text));
        Self { is_top: true, ..style }
    }

    /// The style of an object; `None` where it is empty and has none.
    pub fn of(text: &str, object: &Object<'_>) -> Option<Self> {
        let (first, last) = (object.members.first()?, object.members.last()?);
        let after_name = |member: &MemberSpan<'_>| text[member.key.end..member.value.start].to_owned();
        let open = text[object.at.start + 1..first.key.start].to_owned();
        let colon = after_name(last);
        let (before_comma, between) = match object.members.len().checked_sub(2) {
            Some(previous) => {
                let gap = &text[object.members[previous].value.end..last.key.start];
                let (before, after) = gap.split_once(',').unwrap_or_default();
                (before.to_owned(), after.to_owned())
            }
            // With one member there is no comma to look at: a line each, or as wide as the colon.
            None if open.is_empty() && colon.ends_with(' ') => (String::new(), " ".into()),
            None => (String::new(), open.clone()),
        };
        let close = text[last.value.end..object.at.end - 1].to_owned();
        Some(Self { open, between, before_comma, colon, close, is_top: false })
    }

    /// The style of an object in this one that has no neighbours to copy: one step further in.
    pub fn inner(&self) -> Self {
        let (outer, line) = match (last_line(&self.close), last_line(&self.between)) {
            (Some(outer), Some(line)) => (outer, line),
            (None, None) => return Self { is_top: false, ..self.clone() },
            // A brace at the end of the last line, or a line for it alone: nothing to measure the step by.
            _ => return self.compact(),
        };
        let step = line.strip_prefix(outer).filter(|step| !step.is_empty()).unwrap_or("\t");
        let newline = if self.between.contains("\r\n") { "\r\n" } else { "\n" };
        let deeper = format!("{newline}{line}{step}");
        Self {
            open: deeper.clone(),
            between: deeper,
            before_comma: self.before_comma.clone(),
            colon: self.colon.clone(),
            close: format!("{newline}{line}"),
            is_top: false,
        }
    }

    fn compact(&self) -> Self {
        let between = if self.colon.ends_with(' ') { " " } else { "" };
        Self {
            open: String::new(),
            between: between.into(),
            before_comma: String::new(),
            colon: self.colon.clone(),
            close: String::new(),
            is_top: false,
        }
    }

    /// The style of a value in this object: that of the last object beside it, where there is one.
    pub fn for_value(&self, text: &str, object: &Object<'_>) -> Self {
        let beside = object.members.iter().rev().filter(|_| !self.is_top);
        beside
            .filter_map(|member| Object::inside(text, member.raw))
            .find_map(|beside| Self::of(text, &beside))
            .unwrap_or_else(|| self.inner())
    }

    /// All blanks of one member, in bytes, at most.
    pub fn len(&self) -> usize {
        self.open.len()
            + self.between.len()
            + self.before_comma.len()
            + self.colon.len()
            + self.close.len()
            + 1
    }
}

/// The blanks of the last line, where there is a line break.
fn last_line(blanks: &str) -> Option<&str> {
    blanks.rsplit_once('\n').map(|(_, line)| line)
}
