//! Builds the connector as a WebAssembly component, so that the library can embed it.
//!
//! The component has its own target directory (`guest`, next to the host's profiles): two cargo
//! runs in one directory would block each other, and this way the build survives changes of the
//! host. Environment variables of the outer build that affect code generation are removed, so the
//! bytes are the same however the host is built.
//!
//! `DEFENDER_COMPONENT=PATH` embeds a prebuilt component instead.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

#[path = "build/inner.rs"]
mod inner;

use inner::{need_target, target_dir, variable};

const ARTEFACT: &str = "defender_connector.wasm";

/// Here the standard library imports nothing; what the connector imports, it calls by itself.
const TARGET: &str = "wasm32-unknown-unknown";
const PREBUILT: &str = "DEFENDER_COMPONENT";

/// The workspace's profile for the artefact: small, and without unwinding, which a component cannot
/// do anyway.
const PROFILE: &str = "component";

fn main() -> ExitCode {
    println!("cargo::rerun-if-env-changed={PREBUILT}");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    match component().and_then(|path| embed(&path)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            println!("cargo::error={problem}");
            ExitCode::FAILURE
        }
    }
}

fn component() -> Result<PathBuf, String> {
    if let Some(path) = env::var_os(PREBUILT) {
        let path = PathBuf::from(path);
        println!("cargo::rerun-if-changed={}", path.display());
        return Ok(path);
    }
    let root = variable("CARGO_MANIFEST_DIR")?
        .ancestors()
        .nth(2)
        .map(Path::to_owned)
        .ok_or("defender-component must lie in the workspace of the connector")?;
    for source in ["src", "wit", "Cargo.toml", "Cargo.lock", ".cargo"] {
        println!("cargo::rerun-if-changed={}", root.join(source).display());
    }
    need_target(TARGET)?;
    let target_dir = target_dir(&root)?.join("guest");
    build(&root, &target_dir)?;
    Ok(target_dir.join(TARGET).join(PROFILE).join(ARTEFACT))
}

fn build(root: &Path, target_dir: &Path) -> Result<(), String> {
    let mut cargo = Command::new(variable("CARGO")?);
    cargo
        .current_dir(root)
        .args([
            "rustc",
            "--locked",
            "--profile",
            PROFILE,
            "--lib",
            "--package",
            "defender-connector",
        ])
        .args(["--target", TARGET, "--crate-type", "cdylib", "--target-dir"])
        .arg(target_dir);
    inner::isolate(&mut cargo);
    // Added to the flags of `.cargo/config.toml`, which an environment variable would replace.
    cargo.args(["--config", &format!("target.{TARGET}.rustflags=[{}]", remaps(root))]);
    match cargo.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(
            "the connector component did not build: its errors are above; DEFENDER_COMPONENT=PATH embeds a built one"
                .into(),
        ),
        Err(error) => Err(
            format!("cargo could not be started to build the connector component: {error}")
        ),
    }
}

/// Panic messages contain source paths. Remap them to fixed names, so that the artefact does not
/// depend on where it was built.
fn remaps(root: &Path) -> String {
    let cargo_home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let mut flags = vec![format!("--remap-path-prefix={}=/connector", root.display())];
    if let Some(home) = cargo_home {
        flags.push(format!("--remap-path-prefix={}=/cargo", home.display()));
        // A registry's folder is named after its source, which must not leak either. If several
        // prefixes match, the last one applies.
        let registries =
            fs::read_dir(home.join("registry").join("src")).into_iter().flatten().flatten();
        flags.extend(
            registries
                .map(|folder| format!("--remap-path-prefix={}=/crates", folder.path().display())),
        );
    }
    flags.extend(standard_library());
    // For paths, Rust and TOML string literals look the same.
    let quoted: Vec<String> = flags.iter().map(|flag| format!("{flag:?}")).collect();
    quoted.join(", ")
}

/// With `rust-src` installed, std paths point into the user's home; without it, they are `/rustc/`
/// and the compiler's commit. Remap the former to the latter.
fn standard_library() -> Vec<String> {
    let ask = |argument: &[&str]| {
        let answer = Command::new(env::var_os("RUSTC")?).args(argument).output().ok()?;
        String::from_utf8(answer.stdout).ok()
    };
    let version = ask(&["-vV"]).unwrap_or_default();
    let Some(commit) = version.lines().find_map(|line| line.strip_prefix("commit-hash: ")) else {
        return Vec::new();
    };
    let Some(sysroot) = ask(&["--print", "sysroot"]) else { return Vec::new() };
    let sysroot = PathBuf::from(sysroot.trim());
    // A toolchain may be a symlink to another.
    let canonical = sysroot.canonicalize().unwrap_or_else(|_| sysroot.clone());
    [sysroot, canonical]
        .map(|root| {
            format!(
                "--remap-path-prefix={}=/rustc/{commit}",
                root.join("lib/rustlib/src/rust").display()
            )
        })
        .into()
}

fn embed(component: &Path) -> Result<(), String> {
    let to = variable("OUT_DIR")?.join("component.wasm");
    let copied = fs::read(component)
        .and_then(|bytes| fs::write(to, without_custom(&bytes).unwrap_or(bytes)));
    copied.map_err(|error| {
        format!("the component {} could not be embedded: {error}", component.display())
    })
}

/// Removes the component's custom sections, which `strip` leaves there: the names of its items,
/// 8 KB for debuggers, and which tools made it. `None` if the component cannot be parsed.
///
/// A component is an eight-byte header and sections: one byte for the kind (0: custom), the size in
/// LEB128, the content.
/// <https://github.com/WebAssembly/component-model/blob/main/design/mvp/Binary.md>
fn without_custom(component: &[u8]) -> Option<Vec<u8>> {
    let (header, mut rest) = component.split_at_checked(8)?;
    let mut kept = header.to_vec();
    while !rest.is_empty() {
        let (mut size, mut at) = (0_usize, 1);
        loop {
            let byte = *rest.get(at)?;
            size |= usize::from(byte & 0x7f).checked_shl(7 * (u32::try_from(at).ok()? - 1))?;
            at += 1;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let (section, after) = rest.split_at_checked(at.checked_add(size)?)?;
        if section[0] != 0 {
            kept.extend_from_slice(section);
        }
        rest = after;
    }
    Some(kept)
}
