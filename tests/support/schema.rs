//! A JSON Schema as a judge of documents.

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::Value;

/// A schema made ready to judge.
pub struct Schema {
    all: Schemas,
    at: SchemaIndex,
}

impl Schema {
    /// A schema of the draft that it names, its formats obeyed too.
    pub fn of(text: &Value) -> Self {
        let mut all = Schemas::new();
        let mut compiler = Compiler::new();
        compiler.enable_format_assertions();
        compiler.add_resource("schema.json", text.clone()).unwrap();
        let at = compiler.compile("schema.json", &mut all).expect("a valid schema");
        Self { all, at }
    }

    /// What is wrong with a document, one line each.
    pub fn faults(&self, document: &Value) -> Vec<String> {
        let judged = self.all.validate(document, self.at);
        judged.err().map_or_else(Vec::new, |error| error.to_string().lines().map(str::to_owned).collect())
    }
}
