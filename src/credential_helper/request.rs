//! What a helper is given on standard input, read as docker's own helpers read it.

use std::io::Read;

use zeroize::Zeroizing;

use super::{go_json, json_text, output};
use crate::credential::Credential;
use crate::secret::Secret;

/// Go's scanner gives up on a line of this many bytes (`bufio.MaxScanTokenSize`).
const LONGEST_LINE: usize = 64 * 1024;

/// What a helper reads at all, in bytes.
const MOST: u64 = 1 << 20;

const TOO_LONG: &str = "bufio.Scanner: token too long";
const NO_KEY: &str = "no credentials server URL";
const NO_USERNAME: &str = "no credentials username";

/// The key of `get` and `erase`: everything, without the white space around it.
pub fn read_key(stdin: impl Read) -> Result<String, String> {
    let input = joined_lines(stdin)?;
    let key = String::from_utf8_lossy(&input).trim().to_owned();
    if key.is_empty() { Err(NO_KEY.to_owned()) } else { Ok(key) }
}

/// The key and the login of `store`; neither key nor user name is empty, the secret may be.
pub fn read_login(stdin: impl Read) -> Result<(String, Credential), String> {
    let input = joined_lines(stdin)?;
    // Go takes bytes that are not UTF-8 and puts the replacement character in their place.
    let text = Zeroizing::new(String::from_utf8_lossy(&input).into_owned());
    if let Some(problem) = go_json::problem(text.as_bytes()) {
        return Err(problem);
    }
    let read = output::read(text.as_bytes()).map_err(|_| "unexpected end of JSON input".to_owned())?;
    let (mut key, mut login) = (String::new(), Credential::new("", Secret::new(Vec::new())));
    for (name, value) in &read.members {
        let Some(text) = json_text::unescape(value.get()) else { continue };
        match name.to_ascii_lowercase().as_str() {
            "serverurl" => key = text,
            "username" => login.username = text,
            "secret" => login.secret = Secret::from_text(text),
            _ => {}
        }
    }
    match (key.is_empty(), login.username.is_empty()) {
        (true, _) => Err(NO_KEY.to_owned()),
        (_, true) => Err(NO_USERNAME.to_owned()),
        _ => Ok((key, login)),
    }
}

/// The lines without their ends, one after the other: that is how docker's helpers read JSON over several lines.
fn joined_lines(stdin: impl Read) -> Result<Zeroizing<Vec<u8>>, String> {
    let mut input = Zeroizing::new(Vec::with_capacity(LONGEST_LINE));
    stdin.take(MOST).read_to_end(&mut input).map_err(|error| error.to_string())?;
    let mut joined = Zeroizing::new(Vec::with_capacity(input.len()));
    for line in input.split(|&byte| byte == b'\n') {
        if line.len() >= LONGEST_LINE {
            return Err(TOO_LONG.to_owned());
        }
        joined.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
    }
    Ok(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Key, user name and secret, one after the other.
    fn login(text: &str) -> Result<String, String> {
        let (key, login) = read_login(text.as_bytes())?;
        Ok([&key, &login.username, login.secret.expose_text().unwrap()].join("|"))
    }

    #[test]
    fn a_login_is_read_as_go_reads_it() {
        let table = [
            (r#"{"ServerURL":"r","Username":"u","Secret":"s"}"#, Ok("r|u|s")),
            ("{\r\n\"serverurl\":\"r\",\r\n\"USERNAME\":\"u\"}", Ok("r|u|")),
            (r#"{"ServerURL":"r","Username":"a","Username":"u","Secret":null} and more"#, Ok("r|u|")),
            (r#"{"ServerURL":"r","Username":"u","Secret":"\ud800x"}"#, Ok("r|u|\u{fffd}x")),
            (r#"{"Username":"u","Secret":"s"}"#, Err(NO_KEY)),
            (r#"{"ServerURL":"r","Secret":"s"}"#, Err(NO_USERNAME)),
            ("null", Err(NO_KEY)),
            ("", Err("EOF")),
            (r#"{"ServerURL":"r""#, Err("unexpected EOF")),
            ("\u{feff}{}", Err("invalid character 'ï' looking for beginning of value")),
        ];
        for (text, expected) in table {
            let found = login(text);
            assert_eq!(found.as_deref().map_err(String::as_str), expected, "{text}");
        }
    }

    #[test]
    fn a_key_is_trimmed_and_its_lines_joined() {
        let table = [("  r \r\n", Ok("r")), ("a\nb", Ok("ab")), (" \n ", Err(NO_KEY)), ("", Err(NO_KEY))];
        for (text, expected) in table {
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(read_key(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn a_line_may_have_one_byte_less_than_64_kib() {
        let fits = "x".repeat(LONGEST_LINE - 1);
        assert_eq!(read_key(format!("{fits}\n{fits}").as_bytes()).map(|key| key.len()), Ok(2 * fits.len()));
        assert_eq!(read_key(format!("{fits}x").as_bytes()), Err(TOO_LONG.into()));
    }
}
