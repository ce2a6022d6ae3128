//! Shared code for build scripts that run cargo for a WebAssembly component.
//!
//! The inner run has its own target directory and none of the outer one's settings, so its output
//! does not depend on how the outer build was started.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Variables, set by the outer cargo or its user, that would change what the inner cargo builds or
/// where.
const FOREIGN: [&str; 11] = [
    "RUSTFLAGS",
    "RUSTDOCFLAGS",
    "RUSTC",
    "RUSTDOC",
    "RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_LINKER",
    "TARGET",
    "HOST",
    "PROFILE",
    "OPT_LEVEL",
];

/// The `CARGO*` variables to keep: those with locations and registry access.
const KEPT: [&str; 6] = [
    "CARGO_HOME",
    "CARGO_HTTP_",
    "CARGO_NET_",
    "CARGO_REGISTR",
    "CARGO_SOURCE_",
    "CARGO_MAKEFLAGS",
];

/// Removes the outer cargo's environment variables from an inner cargo command.
pub(crate) fn isolate(cargo: &mut Command) {
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        let cargos = text.starts_with("CARGO") && !KEPT.iter().any(|kept| text.starts_with(kept));
        if cargos || FOREIGN.contains(&&*text) {
            cargo.env_remove(&name);
        }
    }
}

/// Installs a compilation target if it is missing and rustup is available.
pub(crate) fn need_target(target: &str) -> Result<(), String> {
    let libdir = Command::new(variable("RUSTC")?)
        .args(["--print", "target-libdir", "--target", target])
        .output()
        .map_err(|error| format!("rustc could not be started: {error}"))?;
    let installed = Path::new(String::from_utf8_lossy(&libdir.stdout).trim()).is_dir();
    if libdir.status.success() && installed {
        return Ok(());
    }
    let added = Command::new("rustup").args(["target", "add", target]).status();
    match added {
        Ok(status) if status.success() => Ok(()),
        _ => Err(format!(
            "a component needs the Rust target {target}: install it with `rustup target add {target}`"
        )),
    }
}

/// Returns the outer build's target directory: the ancestor of `OUT_DIR` that cargo has tagged as
/// its cache.
pub(crate) fn target_dir(root: &Path) -> Result<PathBuf, String> {
    let out_dir = variable("OUT_DIR")?;
    let marked = out_dir.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
    Ok(marked.map_or_else(|| root.join("target"), Path::to_owned))
}

/// Reads a variable that cargo sets for build scripts.
pub(crate) fn variable(name: &str) -> Result<PathBuf, String> {
    env::var_os(name)
        .map(PathBuf::from)
        .ok_or_else(|| format!("{name} is not set: run this through cargo"))
}
