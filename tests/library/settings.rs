//! The settings file: its page and its schema say what the table of settings says, and edits change what they must.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use pullpass::settings::preferences::{SECTIONS, rows};
use pullpass::settings::{file, sample, schema, splice};
use serde_json::Value;

use crate::schema::Schema;

/// Set, the documents are written anew instead of compared.
const WRITE: &str = "PULLPASS_WRITE_DOCS";

/// Compares a document with what it must be.
fn is_document(name: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
    if std::env::var_os(WRITE).is_some() {
        fs::write(&path, expected).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == expected, "docs/{name} is not what the table says: run the tests with {WRITE}=1");
}

/// The page of all settings.
fn page() -> String {
    let mut page = String::from(
        "# The settings\n\n\
         `pullpass config path` prints where the settings file is: `~/.config/pullpass/config.toml`, or what `PULLPASS_CONFIG`\n\
         names. It is [TOML](https://toml.io), and need not be there. `pullpass config init` writes one that shows every default,\n\
         `config set NAME VALUE` and `config unset NAME` change one line of it, and `config check` tells with line and column\n\
         what does not count. Whatever does not count has its default, and the rest counts. A variable wins over the file.\n\
         [`config.schema.json`](config.schema.json) (`pullpass config schema`) is for editors that check and complete TOML.\n",
    );
    for section in SECTIONS {
        let _infallible = write!(page, "\n## `[{}]`\n\n{}\n\n", section.name, section.about);
        page.push_str("| setting | default | what it is | variable |\n|---|---|---|---|\n");
        for row in section.rows {
            let default = (row.default)().map_or("none".to_owned(), |default| format!("`{default}`"));
            let variables: Vec<_> = row.variables.iter().map(|name| format!("`{name}`")).collect();
            let (meaning, name) = (row.meaning(), row.name.1);
            let _infallible =
                writeln!(page, "| `{name}` | {default} | {meaning} | {} |", variables.join(", "));
        }
    }
    page
}

#[test]
fn the_page_of_the_settings_is_what_the_table_says() {
    is_document("settings.md", &page());
}

#[test]
fn the_schema_is_what_the_table_says() {
    is_document("config.schema.json", &format!("{:#}\n", schema::document()));
}

/// TOML as the JSON that a schema judges.
fn json(text: &str) -> Value {
    serde_json::to_value(text.parse::<toml::Table>().unwrap()).unwrap()
}

#[test]
fn the_schema_refuses_what_does_not_count_and_nothing_else() {
    let schema = Schema::of(&schema::document());
    let mut texts: Vec<String> = [
        "",
        "[helprs]",
        "[helper]",
        "[[helper]]",
        "[helper]\notherwise = \"desktop\"",
        "[helper]\notherwise = \"helper:pullpass\"",
        "[helper]\nrules = 1",
        "[[helper.rules]]\nmatch = \"*.pkg.dev\"\nask = \"helper:gcloud\"\n[[helper.rules]]\nmatch = \"[::1]:5000\"\nask = \"vault\"",
        "[[helper.rules]]\nmatch = \"ghcr.io/team\"\nask = \"vault\"",
        "[[helper.rules]]\nmatch = \"ghcr.io\"\nask = \"helper:pullpass\"",
        "[[helper.rules]]\nmatch = \"ghcr.io\"\nask = \"pullpass\"",
        "[[helper.rules]]\nmatch = \"ghcr.io\"",
        "[[helper.rules]]\nmatch = \"ghcr.io\"\nask = \"vault\"\nfor = 1",
        "[helpers]\ntimeot = \"1s\"",
        "helpers = 1",
        "[[helpers]]",
        "[helpers]\ntimeout = 5",
        "[helpers]\ntimeout = \"5\"",
        "[check]\nat_once = 0",
        "[check]\nat_once = 101",
        "[check]\nat_once = 1.5",
        "[check]\nplain_http = \"a\"",
        "[check]\nplain_http = [\"a.lan:5000\", \"[::1]:5000\"]",
        "[check]\nplain_http = [\"http://a.lan\"]",
        "[screen]\ncharacters = \"ASCII\"",
        "[screen]\nreduced_motion = 1",
        "[vault]\nfile = 1",
    ]
    .map(str::to_owned)
    .into();
    texts.extend(rows().map(|row| format!("[{}]\n{} = {}\n", row.name.0, row.name.1, row.sample())));
    for text in texts {
        let (_, faults) = file::parse(text.as_bytes(), Some(Path::new("/h")));
        assert_eq!(schema.faults(&json(&text)).is_empty(), faults.is_empty(), "{text}: {faults:?}");
    }
}

/// Pieces of settings files, each valid wherever it stands and by itself.
fn pieces() -> impl Strategy<Value = Vec<&'static str>> {
    let sections = [
        "[helpers] # h\n# c\n  timeout = \"5s\" # why\n\n",
        "vault = {file = '/v', x = [1,\n 2] }\n",
        "[state]\n\n",
        "[network]\r\nconnect_timeout = '1s'\r\n#request_timeout = \"15s\"\r\n",
        "[check]\nplain_http = [\n  'a', # a\n]\n",
        "[screen]\nx = '''\n#reveal = 1\n[x]\n'''\nmessage = '1s'\n",
        "[\"my own\".table]\nx.y = 1979-05-27\n[[list]]\nx = {}\n",
        "# the end",
    ];
    proptest::sample::subsequence(sections.to_vec(), 0..=sections.len())
}

proptest! {
    #[test]
    fn a_set_setting_has_its_value_and_every_other_line_stays(pieces in pieces(), at in 0..rows().count()) {
        let mut pieces = pieces;
        // What stands in no section comes first in TOML.
        pieces.sort_by_key(|piece| piece.starts_with('['));
        let row = rows().nth(at).unwrap();
        let before = pieces.concat();
        prop_assume!(before.parse::<toml::Table>().is_ok());
        let value = row.sample();
        let after = splice::with(&before, row.name, &value).expect("a place for it");
        let found = json(&after);
        prop_assert_eq!(&found[row.name.0][row.name.1], &json(&format!("v = {value}"))["v"]);
        let twice = splice::with(&after, row.name, &value);
        prop_assert_eq!(twice.as_ref(), Some(&after));
        if !splice::has(&before, row.name) {
            let again = splice::without(&after, row.name).expect("it can go");
            // A section that was made for it stays.
            let made = again.strip_prefix(&before).map_or("no beginning", str::trim);
            prop_assert!(made.is_empty() || made == format!("[{}]", row.name.0), "{before:?} {again:?}");
        }
    }

    #[test]
    fn no_text_stops_the_reader_or_an_edit(text in "[a-z.=\\[\\]{}\"'#, \\n\\r\\PC]{0,80}") {
        let (_, faults) = file::parse(text.as_bytes(), None);
        for row in rows() {
            if let Some(after) = splice::with(&text, row.name, &row.sample()) {
                prop_assert!(splice::has(&after, row.name), "{after}");
            }
        }
        for fault in faults {
            prop_assert!(fault.words("c").starts_with("c:"), "{}", fault.words("c"));
        }
    }
}

#[test]
fn the_sample_keeps_its_lines_when_every_setting_is_set() {
    let mut text = sample::text();
    for row in rows() {
        text = splice::with(&text, row.name, &row.sample()).expect("a place for it");
        let line = format!("\n#{0} = {1}\n{0} = {1}\n", row.name.1, row.sample());
        assert!(text.contains(&line), "{text}");
    }
    for row in rows() {
        text = splice::without(&text, row.name).expect("it can go");
    }
    assert_eq!(text, sample::text());
}
