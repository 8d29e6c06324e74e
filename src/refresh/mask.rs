//! What programs and servers say, made fit to show: one safe line, without the secrets that we know and without what
//! looks like one. Amazon quotes the signed headers, session token included, when a signature is wrong.

use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::credential::token::{TokenKind, classify};
use crate::secret::Secret;
use crate::text;

/// What stands in a secret's place.
const MASK: &str = "•••";

/// The columns that others' words may take.
const MOST_COLUMNS: usize = 200;

/// The bytes that are looked at.
const MOST_BYTES: usize = 4096;

/// Shorter than this, a secret is part of ordinary words: masking it would tell more than it hides.
const LEAST_MASKED: usize = 4;

/// What a word ends with that names a secret.
const NAMES: [&str; 13] = [
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "key",
    "credential",
    "credentials",
    "auth",
    "authorization",
    "bearer",
    "basic",
];

/// One safe line of what was said; empty where nothing of it can be shown.
pub fn said(bytes: &[u8], secrets: &[&Secret]) -> String {
    let is_cut = bytes.len() >= MOST_BYTES;
    let mut text = String::from_utf8_lossy(&bytes[..bytes.len().min(MOST_BYTES)]).into_owned();
    for secret in secrets.iter().flat_map(|secret| forms(secret)) {
        text = text.replace(secret.as_str(), MASK);
    }
    // What is an object is an answer rather than a message, and may hold anything.
    let message = text.split('{').next().unwrap_or_default();
    let mut words: Vec<&str> = message.split_whitespace().collect();
    if is_cut && message.len() == text.len() {
        words.pop();
    }
    let mut shown = String::new();
    let mut before = "";
    for word in words {
        if !shown.is_empty() {
            shown.push(' ');
        }
        shown.push_str(&masked(word, before));
        before = word;
    }
    text::end_ellipsis(&text::safe(&shown), MOST_COLUMNS).into_owned()
}

/// The texts in which a secret may be repeated: as a whole, and each of its words, which may be a member of some JSON.
fn forms(secret: &Secret) -> Vec<Zeroizing<String>> {
    let text = Zeroizing::new(String::from_utf8_lossy(secret.expose()).into_owned());
    let words = text.split(|c: char| c.is_whitespace() || c == '"').filter(|word| *word != text.trim());
    let all = [text.trim()].into_iter().chain(words).filter(|form| form.len() >= LEAST_MASKED);
    all.map(|form| Zeroizing::new(form.to_owned())).collect()
}

/// A word without the secret that it holds or is.
fn masked(word: &str, before: &str) -> String {
    let ends = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let names_one = |word: &str| NAMES.iter().any(|name| ends(word).ends_with(name));
    // "password: x" and "password=x" name it, "the token expired" does not, "token 4f5a" does.
    if names_one(before) && (before.ends_with([':', '=']) || !is_plain_word(word)) {
        return MASK.to_owned();
    }
    if let Some((name, value)) = word.split_once(['=', ':']).filter(|(_, value)| !value.is_empty())
        && names_one(name)
    {
        return format!("{}{MASK}", &word[..word.len() - value.len()]);
    }
    if let Some((scheme, rest)) = word.split_once("://")
        && let Some((_login, rest)) = rest.split_once('@')
    {
        return format!("{scheme}://{MASK}@{rest}");
    }
    let mut out = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(start) = rest.find(is_token_char) {
        out.push_str(&rest[..start]);
        let run = &rest[start..];
        let (run, after) = run.split_at(run.find(|c| !is_token_char(c)).unwrap_or(run.len()));
        out.push_str(if looks_secret(run) { MASK } else { run });
        rest = after;
    }
    out.push_str(rest);
    out
}

fn is_token_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '+' | '/' | '~')
}

/// Letters and the marks of a sentence.
fn is_plain_word(word: &str) -> bool {
    let bare = word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']']);
    let is_capital = |(at, c): (usize, char)| at > 0 && c.is_uppercase();
    bare.chars().all(char::is_alphabetic) && !bare.char_indices().any(is_capital)
}

/// True for a run of characters that no name, path or date has. Wrong guesses cost a word.
fn looks_secret(run: &str) -> bool {
    // A path is many words.
    if run.starts_with(['/', '~', '.']) || run.contains("//") {
        return run.split('/').any(|part| part.len() < run.len() && looks_secret(part));
    }
    let run = run.trim_end_matches('.');
    let has = |what: fn(&u8) -> bool| run.as_bytes().iter().any(what);
    let digits = has(u8::is_ascii_digit);
    let is_mixed = digits && has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
    let is_hex = digits && run.len() >= 24 && run.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_long = run.len() >= 20;
    let is_name = run.contains('.');
    is_hex || is_known(run) || (is_long && !is_name && (is_mixed || changes(run) >= 5))
}

/// How often letters and digits take turns.
fn changes(run: &str) -> usize {
    let is_digit: Vec<bool> =
        run.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.is_ascii_digit()).collect();
    is_digit.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

/// True for what says by itself that it is a token.
fn is_known(run: &str) -> bool {
    let kind = classify("", "", run.as_bytes(), None, Timestamp::UNIX_EPOCH).kind;
    !matches!(kind, TokenKind::Empty | TokenKind::Password | TokenKind::Opaque)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> String {
        said(text.as_bytes(), &[])
    }

    #[test]
    fn ordinary_words_stay_as_they_are() {
        for text in [
            "ERROR: (gcloud.auth.docker-helper) Repository url [ghcr.io] is not supported",
            "The security token included in the request is expired",
            "Signature expired: 20261130T000000Z is now earlier than 20261130T001500Z",
            "User: arn:aws:sts::123456789012:assumed-role/ci/i-0123 is not authorized to perform: ecr:GetAuthorizationToken",
            "See https://cloud.google.com/sdk/docs/authorizing for more information.",
            "open /home/jane/.config/doctl/config.yaml: no such file",
            "api.ecr.us-gov-west-1.amazonaws.com did not answer",
            "Unable to locate credentials. You can configure credentials by running \"aws configure\".",
            "the password is wrong",
            "Invalid token.",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn what_looks_like_a_secret_is_masked() {
        let table = [
            ("login with password hunter2 failed", "login with password ••• failed"),
            ("password: opensesame wrong", "password: ••• wrong"),
            ("--password=opensesame", "--password=•••"),
            ("token 'abc'", "token •••"),
            ("AWS_SECRET_ACCESS_KEY=x", "AWS_SECRET_ACCESS_KEY=•••"),
            ("got wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY.", "got •••"),
            ("got ghp_abcdefghijklmnopqrstuvwxyz0123456789", "got •••"),
            ("ya29.fake-token refused", "••• refused"),
            ("0123456789abcdef0123456789abcdef", "•••"),
            ("https://x.example/a?sig=ghs_abc", "https://x.example/a?sig=•••"),
            ("https://bob:opensesame@x.example/", "https://•••@x.example/"),
            ("Authorization: Basic dXNlcjpwYXNz", "Authorization: ••• •••"),
            ("cannot read {\"Secret\":\"hunter2\"}", "cannot read"),
        ];
        for (text, masked) in table {
            assert_eq!(shown(text), masked, "{text}");
        }
    }

    #[test]
    fn a_known_secret_is_masked_as_a_whole_and_in_words() {
        let secret = Secret::from_text("opensesame\n\"second\": x\n".to_owned());
        assert_eq!(said(b"a opensesame b xsecondx c", &[&secret]), "a ••• b x•••x c");
        let short = Secret::from_text("the".to_owned());
        assert_eq!(said(b"the end", &[&short]), "the end");
    }

    #[test]
    fn words_are_one_safe_short_line() {
        assert_eq!(shown("  it\n  is\tbroken \u{1b}[2J"), "it is broken \\x1b[2J");
        let long = shown(&"word ".repeat(5000));
        assert!(text::width(&long) <= MOST_COLUMNS, "{long}");
        // The end of what was kept may be half a secret.
        let cut = format!("{}opensesa", " ".repeat(MOST_BYTES - 8));
        assert_eq!(shown(&cut), "");
    }

    proptest! {
        #[test]
        fn a_known_secret_is_never_shown(before in "[a-z:= {]{0,40}", secret in "[a-zA-Z0-9 =:/.-]{4,40}", after in "\\PC{0,40}") {
            prop_assume!(secret.trim().len() >= LEAST_MASKED);
            let text = format!("{before}{secret}{after}");
            let shown = said(text.as_bytes(), &[&Secret::from_text(secret.clone())]);
            prop_assert!(!shown.contains(secret.trim()), "{shown}");
            prop_assert!(!shown.contains(text::is_unsafe));
        }
    }
}
