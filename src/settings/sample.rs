//! The settings file that `pullpass config init` writes: every setting as a comment, with its meaning and its default.

use std::fmt::Write as _;

use super::preferences::SECTIONS;
use crate::text;

/// The widest line of a comment, in columns.
const WIDEST: usize = 100;

/// What `pullpass config init` writes: every setting, with its default, in a comment.
pub fn text() -> String {
    let mut out = comment(
        "The settings of pullpass. A line that begins with # does not count: it shows the default, or an example where there is none.",
    );
    out.push_str(&comment("pullpass config check says what does not count."));
    for section in SECTIONS {
        let _infallible = write!(out, "\n{}[{}]\n", comment(section.about), section.name);
        for row in section.rows {
            let wins = match row.variables {
                [] => String::new(),
                variables => format!(" {} wins.", variables.join(" or ")),
            };
            out.push_str(&comment(&(row.meaning() + &wins)));
            let _infallible = writeln!(out, "#{} = {}", row.name.1, row.sample());
        }
    }
    out
}

fn comment(words: &str) -> String {
    text::wrap(words, WIDEST - 2).iter().fold(String::new(), |mut out, line| {
        let _infallible = writeln!(out, "# {line}");
        out
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::file;
    use super::super::preferences::{Preferences, rows};

    #[test]
    fn each_line_of_the_sample_is_the_default_or_an_example_that_can_be_read() {
        let sample = super::text();
        let home = Some(Path::new("/h"));
        assert_eq!(file::parse(sample.as_bytes(), home).0, Preferences::default());
        let defaults: Vec<_> =
            sample.lines().filter(|line| line.starts_with('#') && !line.starts_with("# ")).collect();
        assert_eq!(defaults.len(), rows().count());
        for (line, row) in defaults.into_iter().zip(rows()) {
            let (chosen, faults) = file::parse(sample.replacen(line, &line[1..], 1).as_bytes(), home);
            assert!(faults.is_empty(), "{line}: {faults:?}");
            assert_eq!(chosen == Preferences::default(), (row.default)().is_some(), "{line}");
        }
    }

    #[test]
    fn no_line_of_the_sample_is_wider_than_an_editors_window() {
        for line in super::text().lines() {
            assert!(crate::text::width(line) <= super::WIDEST, "{line}");
        }
    }
}
