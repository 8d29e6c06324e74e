use super::*;

fn entry() -> JsonValue {
    JsonValue::Object(vec![("auth".into(), JsonValue::string("dTpw"))])
}

fn added(text: &str) -> String {
    let splice = set(text, &["auths"], "r.io", &entry()).expect("a splice");
    splice.apply(text).to_string()
}

#[test]
fn a_new_entry_is_spaced_as_its_neighbours() {
    let table = [
        // Without anything to copy: as docker writes.
        ("", "{\n\t\"auths\": {\n\t\t\"r.io\": {\n\t\t\t\"auth\": \"dTpw\"\n\t\t}\n\t}\n}"),
        ("{}", "{\n\t\"auths\": {\n\t\t\"r.io\": {\n\t\t\t\"auth\": \"dTpw\"\n\t\t}\n\t}\n}"),
        ("null\n", "{\n\t\"auths\": {\n\t\t\"r.io\": {\n\t\t\t\"auth\": \"dTpw\"\n\t\t}\n\t}\n}\n"),
        (
            "{\r\n}\r\n",
            "{\r\n\t\"auths\": {\r\n\t\t\"r.io\": {\r\n\t\t\t\"auth\": \"dTpw\"\r\n\t\t}\r\n\t}\r\n}\r\n",
        ),
        // On one line, tight and wide.
        (r#"{"auths":{}}"#, r#"{"auths":{"r.io":{"auth":"dTpw"}}}"#),
        (r#"{"auths": {}}"#, r#"{"auths": {"r.io": {"auth": "dTpw"}}}"#),
        (r#"{ "auths": {} }"#, r#"{ "auths": { "r.io": { "auth": "dTpw" } } }"#),
        (r#"{"x": 1, "y": 2}"#, r#"{"x": 1, "y": 2, "auths": {"r.io": {"auth": "dTpw"}}}"#),
        (r#"{"x":1 ,"y":2}"#, r#"{"x":1 ,"y":2 ,"auths":{"r.io":{"auth":"dTpw"}}}"#),
        (r#"{"auths": null}"#, r#"{"auths": {"r.io": {"auth": "dTpw"}}}"#),
        // A member a line; two, four, no blanks; tabs; CR LF.
        (
            "{\n  \"auths\": {}\n}\n",
            "{\n  \"auths\": {\n    \"r.io\": {\n      \"auth\": \"dTpw\"\n    }\n  }\n}\n",
        ),
        (
            "{\r\n    \"auths\" : {\r\n    }\r\n}",
            "{\r\n    \"auths\" : {\r\n        \"r.io\" : {\r\n            \"auth\" : \"dTpw\"\r\n        }\r\n    }\r\n}",
        ),
        // An entry on one line among entries a line each: the neighbour counts, a marker does not.
        (
            "{\n \"auths\": {\n  \"a\": { \"auth\": \"YTpi\" },\n  \"b\": {}\n }\n}",
            "{\n \"auths\": {\n  \"a\": { \"auth\": \"YTpi\" },\n  \"b\": {},\n  \"r.io\": { \"auth\": \"dTpw\" }\n }\n}",
        ),
        // Commas first.
        (
            "{ \"auths\":\n  { \"a\": {\"auth\": \"x\"}\n  , \"b\": {\"auth\": \"y\"}\n  }\n}",
            "{ \"auths\":\n  { \"a\": {\"auth\": \"x\"}\n  , \"b\": {\"auth\": \"y\"}\n  , \"r.io\": {\"auth\": \"dTpw\"}\n  }\n}",
        ),
        // A brace at the end of the last line.
        ("{\n \"x\": 1}", "{\n \"x\": 1,\n \"auths\": {\"r.io\": {\"auth\": \"dTpw\"}}}"),
        // Another spelling of the member, and escapes in a name.
        (r#"{"Auths":{"\u0061":{}}}"#, r#"{"Auths":{"\u0061":{},"r.io":{"auth":"dTpw"}}}"#),
    ];
    for (before, after) in table {
        assert_eq!(added(before), after, "{before:?}");
    }
}

#[test]
fn a_member_leaves_with_its_comma_and_its_blanks() {
    let table = [
        (r#"{"auths":{"r.io":{}}}"#, r#"{"auths":{}}"#),
        (r#"{"auths": { "r.io": {}, "b": 1 }}"#, r#"{"auths": { "b": 1 }}"#),
        (r#"{"auths": { "a": 1, "r.io": {}, "b": 1 }}"#, r#"{"auths": { "a": 1, "b": 1 }}"#),
        (r#"{"auths": { "a": 1, "r.io": {} }}"#, r#"{"auths": { "a": 1 }}"#),
        ("{\"auths\": {\n  \"a\": 1,\n  \"r.io\": {}\n }}", "{\"auths\": {\n  \"a\": 1\n }}"),
        (r#"{"auths":{"a":"\"r.io\":{}","r\u002eio":2}}"#, r#"{"auths":{"a":"\"r.io\":{}"}}"#),
    ];
    for (before, after) in table {
        let splice = remove(before, &["auths"], "r.io").expect("a splice");
        assert_eq!(*splice.apply(before), after, "{before:?}");
    }
    assert_eq!(remove(r#"{"auths":{"a":1}}"#, &["auths"], "r.io"), None);
    assert_eq!(remove(r#"{"r.io":1}"#, &["auths"], "r.io"), None);
}

#[test]
fn what_stands_there_already_is_no_splice() {
    let text = r#"{"auths":{"r.io":{"auth":"dTpw"}}}"#;
    assert_eq!(set(text, &["auths"], "r.io", &entry()), None);
    assert_eq!(set(text, &["auths", "r.io"], "auth", &JsonValue::string("dTpw")), None);
    let splice = set(text, &["auths", "r.io"], "auth", &JsonValue::string("a<b")).expect("a splice");
    assert_eq!(*splice.apply(text), r#"{"auths":{"r.io":{"auth":"a\u003cb"}}}"#);
}

#[test]
fn a_splice_is_written_in_one_piece_and_debug_hides_it() {
    let text = "{\n  \"auths\": {\n    \"a\": {\n      \"auth\": \"x\"\n    }\n  }\n}\n";
    let key = "\u{1}<&>".repeat(50);
    let value = JsonValue::Object(vec![("auth".into(), JsonValue::string(&"<>&".repeat(500)))]);
    let splice = set(text, &["auths"], &key, &value).expect("a splice");
    assert!(splice.text.capacity() >= splice.text.len());
    let made = value.text(&Style::dockers(""));
    assert_eq!(made.capacity(), value.room(&Style::dockers("")), "it grew while it was written");
    assert!(!format!("{splice:?}").contains("auth"));
}
