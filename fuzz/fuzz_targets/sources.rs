//! Any text as any file of another tool: read without a panic, and without going on for ever.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pullpass::sources::{
    apple, apptainer_remote, cdk, containerd, crio, ecs, enroot, maven, nomad, registries_conf, registries_yaml,
    regctl, yaml,
};

fuzz_target!(|text: &str| {
    let results = [
        apptainer_remote::read(text).is_ok(),
        cdk::read(text).is_ok(),
        containerd::read(text).is_ok(),
        containerd::read_hosts(text).is_ok(),
        crio::read(text).is_ok(),
        maven::read(text).is_ok(),
        registries_conf::credential_helpers(text).is_ok(),
        registries_yaml::read(text).is_ok(),
        regctl::read(text).is_ok(),
        yaml::read(text).is_ok(),
        apple::read(text).is_some(),
        ecs::read(text).is_some(),
        enroot::read(text).is_empty(),
        nomad::read(text).is_empty(),
    ];
    std::hint::black_box(results);
});
