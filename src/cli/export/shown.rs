//! An export as a person sees it: files with their secrets masked, fields, numbered steps, warnings.

use std::fmt::Write as _;

use zeroize::Zeroizing;

use crate::cli::output::Output;
use crate::export::{Artifact, Field, FieldValue, File, Need, PLATFORMS, Platform};
use crate::text;

/// Everything, files first.
pub fn preview(artifact: &Artifact, reveal: bool, output: &Output) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(room(artifact)));
    for file in &artifact.files {
        one_file(&mut out, file, reveal);
    }
    out.push_str(&around(artifact, reveal, output));
    out
}

/// No secret is shown in more bytes than this: a text that grows would leave copies behind.
fn room(artifact: &Artifact) -> usize {
    let files = artifact.files.iter().map(|file| file.body.reveal().len());
    let fields = artifact.fields.iter().map(|field| match &field.value {
        FieldValue::Secret(Some(secret)) => secret.len(),
        _ => 0,
    });
    16_384 + files.chain(fields).sum::<usize>() * 12
}

fn one_file(out: &mut String, file: &File, reveal: bool) {
    let what = if file.is_fragment { "to paste into" } else { "file" };
    let _infallible = writeln!(out, "{what} {}:\n", text::safe(&file.name));
    let whole = file.body.reveal();
    let masked = file.body.masked();
    let shown = if reveal { whole.expose_text().unwrap_or_default() } else { &masked };
    for line in shown.lines() {
        out.push_str("  ");
        out.push_str(&Zeroizing::new(text::safe(line).into_owned()));
        out.push('\n');
    }
    out.push('\n');
}

/// What stands around the files: what to type, what to do, what to mind.
pub fn around(artifact: &Artifact, reveal: bool, output: &Output) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(room(artifact)));
    if !artifact.fields.is_empty() {
        out.push_str("what to type, where the platform is filled in by hand:\n\n");
        let widths = artifact.fields.iter().map(|field| text::width(&field.label));
        let width = widths.max().unwrap_or_default();
        artifact.fields.iter().for_each(|field| one_field(&mut out, field, width, reveal));
        out.push('\n');
    }
    for (at, step) in artifact.steps.iter().enumerate() {
        let number = format!("{}. ", at + 1);
        let lines = text::wrap(&text::safe(&step.says), output.columns.saturating_sub(number.len()));
        for (nth, line) in lines.iter().enumerate() {
            let begin = if nth == 0 { number.as_str() } else { "   " };
            let _infallible = writeln!(out, "{begin}{line}");
        }
        // A command is one line whatever the terminal's width: it is to be copied.
        if let Some(command) = &step.command {
            let _infallible = writeln!(out, "     {}", text::safe(command));
        }
    }
    if !artifact.steps.is_empty() && !artifact.warnings.is_empty() {
        out.push('\n');
    }
    for warning in &artifact.warnings {
        for line in text::wrap(&format!("note: {}", text::safe(warning)), output.columns) {
            let _infallible = writeln!(out, "{line}");
        }
    }
    out
}

fn one_field(out: &mut String, field: &Field, width: usize, reveal: bool) {
    let revealed = match &field.value {
        FieldValue::Secret(Some(secret)) if reveal => Some(Zeroizing::new(text::safe_bytes(secret.expose()))),
        _ => None,
    };
    let masked = text::safe(field.masked());
    let value = revealed.as_ref().map_or(&*masked, |revealed| revealed.as_str());
    let blanks = " ".repeat(width - text::width(&field.label));
    let _infallible = writeln!(out, "  {}{blanks}  {value}", text::safe(&field.label));
}

/// A text of several lines, fit for a terminal.
pub fn safe_lines(plain: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(plain.len() * 12));
    for line in plain.lines() {
        out.push_str(&Zeroizing::new(text::safe(line).into_owned()));
        out.push('\n');
    }
    out
}

/// The platforms: for people with what each asks, for programs a line each.
pub fn platforms(is_terminal: bool, columns: usize) -> String {
    PLATFORMS
        .iter()
        .map(|one| if is_terminal { for_people(one, columns) } else { for_programs(one) })
        .collect()
}

/// The options of a platform beyond those that all have.
fn options(platform: &Platform) -> Vec<(&'static str, &'static str)> {
    let image = match platform.image {
        Need::No => None,
        Need::Optional => Some(("image", "the image that is pulled with it")),
        Need::Required => Some(("image", "the image that is pulled with it; nothing is written without")),
    };
    image.into_iter().chain(platform.fields.iter().map(|field| (field.id, field.hint))).collect()
}

fn for_programs(platform: &Platform) -> String {
    let forms: Vec<_> = platform.forms.iter().map(|form| form.code()).collect();
    let options: Vec<_> = options(platform).iter().map(|(id, _)| format!("--{id}")).collect();
    format!(
        "{}\t{}\t{}\t{}\t{}\n",
        platform.id,
        platform.name,
        forms.join(","),
        options.join(","),
        platform.what
    )
}

fn for_people(platform: &Platform, columns: usize) -> String {
    let mut out = String::new();
    let mut paragraph = |words: &str, indent: usize| {
        for line in text::wrap(words, columns.saturating_sub(indent)) {
            let _infallible = writeln!(out, "{:indent$}{line}", "");
        }
    };
    paragraph(&format!("{} ({})", platform.id, platform.name), 0);
    paragraph(platform.what, 2);
    for (id, hint) in options(platform) {
        paragraph(&format!("--{id}: {hint}"), 4);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::artifact::Body;
    use crate::secret::Secret;

    #[test]
    fn a_secret_is_shown_only_where_it_is_asked_for() {
        let secret = || Secret::from_text("hunter2\u{1b}".into());
        let mut body = Body::from("password: \"");
        body.secret(secret());
        body.text("\"\n");
        let artifact = Artifact {
            files: vec![File { name: "x.yaml".into(), body, is_fragment: true }],
            fields: vec![Field { label: "Password".into(), value: FieldValue::Secret(Some(secret())) }],
            ..Artifact::default()
        };
        let output = Output { is_terminal: true, columns: 80 };
        let masked = preview(&artifact, false, &output);
        assert!(masked.starts_with("to paste into x.yaml:\n\n  password: \"••••••••\"\n\n"), "{}", &*masked);
        assert!(masked.contains("\n  Password  ••••••••\n") && !masked.contains("hunter2"));
        let revealed = preview(&artifact, true, &output);
        assert_eq!(revealed.matches("hunter2\\x1b").count(), 2, "{}", &*revealed);
        assert!(!revealed.contains('\u{1b}'));
        assert_eq!(&**safe_lines("a\u{1b}\nb"), "a\\x1b\nb\n");
    }

    #[test]
    fn the_list_names_each_platform_with_its_questions() {
        let list = platforms(false, 80);
        assert_eq!(list.lines().count(), PLATFORMS.len());
        let kubernetes = list.lines().find(|line| line.starts_with("kubernetes\t")).unwrap();
        assert!(kubernetes.starts_with("kubernetes\tKubernetes\treference,literal\t--image,--namespace,"));
        let shown = platforms(true, 40);
        assert!(shown.lines().all(|line| text::width(line) <= 40), "{shown}");
        assert!(shown.contains("    --contexts: "));
    }
}
