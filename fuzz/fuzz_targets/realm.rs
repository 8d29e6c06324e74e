//! Any realm that a registry names: judged without a panic, and a login goes nowhere but to a host that it may go to.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pullpass::check::realm::{self, Decision};
use url::Url;

fuzz_target!(|realm: &str| {
    let registry = Url::parse("https://registry.example.com:5000/v2/").expect("an address");
    let judged = realm::judge(&registry, realm);
    if judged.reason.decision() == Decision::Allow {
        let url = judged.url.expect("an address to send to");
        assert_eq!(realm::origin(&url), realm::origin(&registry));
        assert!(url.username().is_empty() && url.password().is_none());
    }
});
