//! Runs one test of this program in a process of its own.

/// The command that runs a test marked `#[ignore]`, and nothing else; `module` is the `module_path!()` of its file.
pub fn alone(module: &str, test: &str) -> Vec<String> {
    let this = std::env::current_exe().unwrap();
    let (_program, module) = module.split_once("::").unwrap();
    let name = format!("{module}::{test}");
    [this.to_str().unwrap(), "--exact", &name, "--ignored", "--nocapture"].map(str::to_owned).into()
}
