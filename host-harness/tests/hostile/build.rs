//! Builds the hostile plugin in `guest/`, in its own target directory (`hostile`, next to the
//! host's profiles).

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

#[path = "../../../crates/defender-component/build/inner.rs"]
mod inner;

use inner::{need_target, target_dir, variable};

const ARTEFACT: &str = "hostile_guest.wasm";

/// With the imports of a standard library, as most plugins have them.
const TARGET: &str = "wasm32-wasip2";

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            println!("cargo::error={problem}");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), String> {
    let here = variable("CARGO_MANIFEST_DIR")?;
    let guest = here.join("guest");
    let harness =
        here.ancestors().nth(2).ok_or("hostile-plugins must lie in the tests of host-harness")?;
    for source in ["src", "Cargo.toml", "Cargo.lock"] {
        println!("cargo::rerun-if-changed={}", guest.join(source).display());
    }
    for source in ["../crates/defender-component/build", "../wit", "../.cargo"] {
        println!("cargo::rerun-if-changed={}", harness.join(source).display());
    }
    println!("cargo::rerun-if-changed=build.rs");
    need_target(TARGET)?;
    let target_dir = target_dir(&here)?.join("hostile");
    compile(&guest, &target_dir)?;
    let built = target_dir.join(TARGET).join("release").join(ARTEFACT);
    let copied = fs::copy(&built, variable("OUT_DIR")?.join("hostile.wasm"));
    copied.map(drop).map_err(|error| format!("{} could not be copied: {error}", built.display()))
}

fn compile(guest: &Path, target_dir: &Path) -> Result<(), String> {
    let mut cargo = Command::new(variable("CARGO")?);
    cargo
        .current_dir(guest)
        .args(["rustc", "--locked", "--release", "--target", TARGET, "--target-dir"])
        .arg(target_dir)
        .args(["--", "-Clink-arg=--growable-table"]);
    inner::isolate(&mut cargo);
    // Growing a table requires inline assembly, which is not stable for WebAssembly yet.
    cargo.env("RUSTC_BOOTSTRAP", "hostile_guest");
    match cargo.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err("the hostile plugin did not build: its errors are above".to_owned()),
        Err(error) => {
            Err(format!("cargo could not be started to build the hostile plugin: {error}"))
        }
    }
}
