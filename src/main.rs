//! The program: hands the command line to [`pullpass::cli`] and its exit status to the shell.

use std::process::ExitCode;

/// Freed memory is wiped, so that no library leaves a copy of a secret behind.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    pullpass::cli::run(std::env::args_os())
}
