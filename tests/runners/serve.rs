//! Runs the cases of kind "helper" in which this program is the helper: over logins in memory, or, for the bytes that a
//! client writes, over a program that writes down what it is given.

use std::cell::RefCell;
use std::collections::BTreeMap;

use pullpass::credential::Credential;
use pullpass::credential_helper::serve::{Records, serve};
use pullpass::error::Result;
use pullpass::secret::Secret;
use serde_json::{Map, Value, json};

use super::{Verdict, judges, same, text, texts};

/// The name of the helper in the cases.
const PROGRAM: &str = "docker-credential-test";

#[derive(Default)]
struct Memory(RefCell<BTreeMap<String, Credential>>);

impl Records for Memory {
    fn get(&self, key: &str) -> Result<Option<Credential>> {
        Ok(self.0.borrow().get(key).cloned())
    }

    fn store(&self, key: &str, login: Credential) -> Result<()> {
        self.0.borrow_mut().insert(key.to_owned(), login);
        Ok(())
    }

    fn erase(&self, key: &str) -> Result<()> {
        self.0.borrow_mut().remove(key);
        Ok(())
    }

    fn list(&self) -> Result<BTreeMap<String, String>> {
        Ok(self.0.borrow().iter().map(|(key, login)| (key.clone(), login.username.clone())).collect())
    }
}

impl Memory {
    fn of(input: &Value) -> Self {
        let memory = Self::default();
        for login in input["stored"].as_array().into_iter().flatten() {
            let secret = Secret::from_text(text(login, "Secret").to_owned());
            memory.0.borrow_mut().insert(
                text(login, "ServerURL").to_owned(),
                Credential::new(text(login, "Username"), secret),
            );
        }
        memory
    }

    fn as_json(&self) -> Value {
        let logins = self.0.borrow();
        let pair = |(key, login): (&String, &Credential)| {
            (key.clone(), json!({ "Username": login.username, "Secret": login.secret.expose_text() }))
        };
        Value::Object(logins.iter().map(pair).collect::<Map<_, _>>())
    }
}

/// Runs one case of side "serve".
pub fn run(case: &Value) -> Verdict {
    let (input, expect) = (&case["input"], &case["expect"]);
    let memory = Memory::of(input);
    judges("helper serve", expect, &["exit", "stdout", "stdout_prefix", "store_after"]);
    let stdin = match input["generate"]["stdin"].as_str() {
        Some(recipe) => generated(recipe).into_bytes(),
        None => super::bytes(input, "stdin").unwrap_or_default(),
    };
    let reply = serve(PROGRAM, &texts(input, "argv"), stdin.as_slice(), &memory);
    if let Some(exit) = expect.get("exit") {
        same("exit", exit, &json!(reply.exit))?;
    }
    let stdout = reply.stdout.expose_text().ok_or("stdout is not text")?;
    match expect.get("stdout") {
        Some(expected) => same("stdout", expected, &json!(stdout))?,
        None if expect.get("stdout_prefix").is_some() => {
            let prefix = text(expect, "stdout_prefix");
            same("stdout_prefix", &json!(true), &json!(stdout.starts_with(prefix)))?;
        }
        None => {}
    }
    match expect.get("store_after") {
        Some(expected) => same("store_after", expected, &memory.as_json()),
        None => Ok(()),
    }
}

/// A text in which `"x"*70000` stands for so many letters, quotes included.
fn generated(recipe: &str) -> String {
    let Some((before, rest)) = recipe.split_once("\"*") else { return recipe.to_owned() };
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (count, after) = rest.split_at(digits);
    let (before, unit) = before.rsplit_once('"').unwrap_or(("", before));
    format!("{before}\"{}\"{after}", unit.repeat(count.parse().unwrap_or(1)))
}
