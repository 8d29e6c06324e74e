//! Anything that a helper prints, and anything that docker tells a helper: read without a panic. What the helper that we
//! are was given is what it gives back.

#![no_main]

use std::cell::RefCell;
use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use pullpass::credential_helper::protocol;
use pullpass::credential_helper::serve::{Records, serve};
use pullpass::credential::Credential;
use pullpass::credential_helper::HelperName;
use pullpass::error::Result;

/// Keeps one login.
#[derive(Default)]
struct Kept(RefCell<Option<(String, Credential)>>);

impl Records for Kept {
    fn get(&self, _: &str) -> Result<Option<Credential>> {
        Ok(self.0.borrow().as_ref().map(|(_, login)| login.clone()))
    }
    fn store(&self, key: &str, login: Credential) -> Result<()> {
        self.0.replace(Some((key.to_owned(), login)));
        Ok(())
    }
    fn erase(&self, _: &str) -> Result<()> {
        self.0.replace(None);
        Ok(())
    }
    fn list(&self) -> Result<BTreeMap<String, String>> {
        Ok(self.0.borrow().iter().map(|(key, login)| (key.clone(), login.username.clone())).collect())
    }
}

fuzz_target!(|bytes: &[u8]| {
    let name = HelperName::new("secretservice").expect("a name");
    std::hint::black_box((protocol::read_answer(bytes).is_ok(), protocol::read_list(&name, bytes).is_ok()));
    let records = Kept::default();
    let run =
        |action: &str, stdin: &[u8]| serve("docker-credential-x", &[action.to_owned()], stdin, &records);
    let stored = run("store", bytes);
    assert_eq!(stored.exit == 0, records.0.borrow().is_some());
    let Some((_, login)) = records.0.borrow().clone() else { return };
    let answer = run("get", b"r.example.com");
    let answer = protocol::read_answer(answer.stdout.expose()).ok().and_then(protocol::Reply::into_answer);
    let answer = answer.expect("our own answer is read");
    assert!(answer.credential.is_same_login(&login));
    let listed = protocol::read_list(&name, run("list", b"").stdout.expose());
    assert_eq!(listed.map(|list| list.len()).ok(), Some(1));
});
