//! The program that docker runs: the vault as a credential helper. Small, because every `docker pull` starts it.

use std::process::ExitCode;

use pullpass::clock::{Clock as _, SystemClock};
use pullpass::settings::Settings;

/// Freed memory is wiped, so that no library leaves a copy of a secret behind.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    pullpass::hardening::protect();
    let settings = Settings::of_this_process();
    let arguments: Vec<String> =
        std::env::args_os().map(|text| text.to_string_lossy().into_owned()).collect();
    let exit = pullpass::app::helper::serve::run(
        &settings,
        &arguments,
        std::io::stdin().lock(),
        (&mut std::io::stdout().lock(), &mut std::io::stderr().lock()),
        SystemClock.now(),
    );
    ExitCode::from(exit)
}
