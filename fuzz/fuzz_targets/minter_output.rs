//! Whatever an API or a program that mints answers: read without a panic, and a password that comes out of it is one.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pullpass::net::transport::Response;
use pullpass::refresh::aws::answer::{self, ApiError};
use pullpass::refresh::aws::endpoint::Api;
use pullpass::refresh::aws::keys::Keys;
use pullpass::refresh::{azure, command, digitalocean, google, sauce};
use pullpass::secret::Secret;

fuzz_target!(|bytes: &[u8]| {
    let body = Secret::new(bytes.to_vec());
    for api in [Api::Ecr, Api::EcrPublic] {
        if let Ok(password) = answer::read(api, &body) {
            assert!(!password.username.is_empty() && !password.secret.is_empty());
            assert!(password.expires_at.expect("an end").as_second() >= 1);
        }
    }
    let response = Response { status: 400, headers: Vec::new(), body, is_cut: false, proxy: None };
    let error = ApiError::read(&response);
    std::hint::black_box((error.may_be_the_clock(), error.meaning(400)));
    for keys in [Keys::from_process(bytes), Keys::from_endpoint(bytes)].into_iter().flatten() {
        assert!(!keys.id.is_empty() && !keys.secret.is_empty());
    }
    if let Ok(token) = sauce::read(bytes) {
        assert!(!token.username.is_empty() && !token.secret.is_empty());
    }
    for token in [google::read_config_helper(bytes), google::read_access_token(bytes)].into_iter().flatten() {
        assert!(!token.secret.is_empty() && token.secret.expose().iter().all(u8::is_ascii_graphic));
    }
    if let Ok(token) = azure::read(bytes) {
        assert!(!token.username.is_empty() && !token.secret.is_empty());
    }
    std::hint::black_box(digitalocean::read("registry.digitalocean.com", bytes).is_ok());
    if let Ok(printed) = command::read(bytes) {
        let password = printed.secret.expose_text().expect("a password is text");
        assert!(!password.is_empty() && !password.contains(char::is_control));
    }
});
