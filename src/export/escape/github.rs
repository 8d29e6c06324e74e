//! A text in a workflow of GitHub Actions, where `${{` begins an expression even in a quoted text.
//!
//! Source: npm @actions/workflow-parser 0.3.61; inside an expression a text stands in single quotes, doubled in it.

/// A text that the workflow's reader gives back as it is; YAML's quotes come after that.
pub fn literal(text: &str) -> String {
    if text.contains("${{") { format!("${{{{ '{}' }}}}", text.replace('\'', "''")) } else { text.to_owned() }
}

/// The expression for a secret or a variable: `${{ secrets.NAME }}`.
pub fn context(context: &str, name: &str) -> String {
    format!("${{{{ {context}.{name} }}}}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As GitHub's reader: the text before the first expression, and its value.
    fn read(scalar: &str) -> String {
        let Some(inner) = scalar.strip_prefix("${{ '") else {
            assert!(!scalar.contains("${{"));
            return scalar.to_owned();
        };
        inner.strip_suffix("' }}").unwrap().replace("''", "'")
    }

    #[test]
    fn only_what_would_begin_an_expression_becomes_one() {
        assert_eq!(literal("a$b{{c}}"), "a$b{{c}}");
        assert_eq!(literal("a${{ it's }}"), "${{ 'a${{ it''s }}' }}");
        assert_eq!(context("secrets", "QUAY_PASSWORD"), "${{ secrets.QUAY_PASSWORD }}");
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in r"[a'${} ]{0,12}") {
            prop_assert_eq!(read(&literal(&text)), text);
        }
    }
}
