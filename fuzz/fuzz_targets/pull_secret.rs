//! Any pull secret of Kubernetes, and any value of a GitLab variable: read without a panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pullpass::resolve::{gitlab_runner, kubelet};

fuzz_target!(|bytes: &[u8]| {
    std::hint::black_box(gitlab_runner::read(bytes, |_| true)).ok();
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    std::hint::black_box(kubelet::read_secret(text)).ok();
});
