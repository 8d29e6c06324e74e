//! Documents of any form: blanks everywhere, odd strings, members that nobody knows.

use proptest::collection::vec;
use proptest::prelude::*;

/// How a document is spaced.
#[derive(Clone, Debug)]
struct Spacing {
    blanks: Vec<&'static str>,
}

impl Spacing {
    fn at(&self, n: &mut usize) -> &'static str {
        *n += 1;
        self.blanks[*n % self.blanks.len()]
    }
}

/// A JSON value before it is written.
#[derive(Clone, Debug)]
enum Json {
    Token(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

fn write(out: &mut String, json: &Json, spacing: &Spacing, n: &mut usize) {
    let list =
        |out: &mut String, n: &mut usize, open: char, close: char, items: Vec<(Option<&str>, &Json)>| {
            out.push(open);
            for (at, (name, value)) in items.iter().enumerate() {
                if at > 0 {
                    out.push_str(spacing.at(n));
                    out.push(',');
                }
                out.push_str(spacing.at(n));
                if let Some(name) = name {
                    out.push_str(name);
                    out.push_str(spacing.at(n));
                    out.push(':');
                    out.push_str(spacing.at(n));
                }
                write(out, value, spacing, n);
            }
            out.push_str(spacing.at(n));
            out.push(close);
        };
    match json {
        Json::Token(token) => out.push_str(token),
        Json::List(items) => list(out, n, '[', ']', items.iter().map(|item| (None, item)).collect()),
        Json::Object(members) => {
            let items = members.iter().map(|(name, value)| (Some(name.as_str()), value)).collect();
            list(out, n, '{', '}', items);
        }
    }
}

/// A string token: plain, with escapes, with unicode, with brackets and quotes in it.
fn string() -> impl Strategy<Value = String> {
    let odd = r#""[ -~äß語😀]{0,8}""#;
    prop_oneof![
        odd.prop_map(|text: String| {
            let inner = &text[1..text.len() - 1];
            serde_json::to_string(inner).unwrap()
        }),
        Just(r#""\u0061\/\t\"}{][,:""#.to_owned()),
        Just(r#""\ud800""#.to_owned()),
    ]
}

fn token() -> impl Strategy<Value = Json> {
    const FIXED: &[&str] = &["null", "true", "1.0", "12345678901234567890", "-0", "1e400"];
    prop_oneof![string(), proptest::sample::select(FIXED).prop_map(str::to_owned)].prop_map(Json::Token)
}

fn any_json() -> impl Strategy<Value = Json> {
    token().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Json::List),
            vec((string(), inner), 0..4).prop_map(Json::Object),
        ]
    })
}

/// Makes names differ, as a file that may be edited has them.
fn distinct(members: Vec<(String, Json)>) -> Vec<(String, Json)> {
    let name = |at: usize, name: &str| format!("\"{at}{}", &name[1..]);
    members.into_iter().enumerate().map(|(at, (key, value))| (name(at, &key), value)).collect()
}

fn entry() -> impl Strategy<Value = Json> {
    let member = |name: &str, value: &str| (format!("\"{name}\""), Json::Token(format!("\"{value}\"")));
    let odd = vec((string(), any_json()), 0..3);
    let known = proptest::sample::subsequence(
        vec![
            member("auth", "dTpw"),
            member("email", "a@b.c"),
            member("identitytoken", "idtok"),
            member("username", "u"),
            member("password", "p"),
            member("Auth2", "x"),
        ],
        0..5,
    );
    prop_oneof![
        9 => (known, odd).prop_map(|(known, odd)| {
            Json::Object(known.into_iter().chain(distinct(odd)).collect())
        }),
        1 => Just(Json::Token("null".into())),
    ]
}

/// The keys of their entries.
pub const KEYS: [&str; 5] = ["reg.example.com", "ghcr.io", "https://index.docker.io/v1/", "quay.io", "a<b&c"];

/// A file that may be edited.
pub fn document() -> impl Strategy<Value = String> {
    const BLANKS: &[&str] = &["", "", " ", "\n", "\n  ", "\r\n\t", "\t", "\n\n   \r\n"];
    let spacing = vec(proptest::sample::select(BLANKS), 1..12).prop_map(|blanks| Spacing { blanks });
    let entries = (proptest::sample::subsequence(&KEYS[..], 0..=KEYS.len()), vec(entry(), KEYS.len()));
    let auths = entries.prop_map(|(keys, values)| {
        let named = keys.into_iter().map(|key| serde_json::to_string(key).unwrap());
        (r#""auths""#.to_owned(), Json::Object(named.zip(values).collect()))
    });
    let others = vec((string(), any_json()), 0..5).prop_map(distinct);
    (spacing, proptest::option::of(auths), others, any::<prop::sample::Index>(), any::<bool>()).prop_map(
        |(spacing, auths, mut members, at, mark)| {
            if let Some(auths) = auths {
                members.insert(at.index(members.len() + 1), auths);
            }
            let mut text = String::from(if mark { "\u{feff}" } else { "" });
            let mut n = 0;
            text.push_str(spacing.at(&mut n));
            write(&mut text, &Json::Object(members), &spacing, &mut n);
            text.push_str(spacing.at(&mut n));
            text
        },
    )
}
