//! The little XML that STS answers with: elements without attributes that hold text.

/// The text of the first element of this name; `None` where there is none or it holds other elements.
pub fn text(document: &str, name: &str) -> Option<String> {
    let (_, after) = document.split_once(&format!("<{name}>"))?;
    let (text, _) = after.split_once(&format!("</{name}>"))?;
    if text.contains('<') { None } else { unescaped(text.trim()) }
}

fn unescaped(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let (entity, after) = after.split_once(';')?;
        out.push(character(entity)?);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

fn character(entity: &str) -> Option<char> {
    let number = |digits: &str, radix| char::from_u32(u32::from_str_radix(digits, radix).ok()?);
    match entity {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => match entity.strip_prefix('#')?.strip_prefix('x') {
            Some(hex) => number(hex, 16),
            None => number(&entity[1..], 10),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_with_its_entities() {
        let table = [
            ("<A><B> x </B></A>", Some("x")),
            ("<B>a&lt;b&amp;c&#65;&#x42;&quot;&apos;&gt;</B>", Some("a<b&cAB\"'>")),
            ("<B></B>", Some("")),
            ("<B><C>x</C></B>", None),
            ("<B>&nope;</B>", None),
            ("<B>&#xd800;</B>", None),
            ("<B>&lt</B>", None),
            ("<B>x", None),
            ("<B/>", None),
            ("<BB>x</BB>", None),
        ];
        for (document, expected) in table {
            assert_eq!(text(document, "B").as_deref(), expected, "{document}");
        }
    }
}
