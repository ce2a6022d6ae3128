//! Time from process start to the first result, and compile time.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use defender_stub::{Scenario, Stub};
use host_harness::Host;
use serde_json::json;
use tempfile::TempDir;

use super::fixture::MACHINE;
use super::sample::{Sample, words};
use super::{Failed, Row, SampleSize};

const STARTS: usize = 50;

/// Measures `execute` as a separate process with the compiled component cached, and compiling it
/// once.
pub(super) async fn rows(
    sample_size: SampleSize,
    defenderctl: Option<PathBuf>,
) -> Result<Vec<Row>, Failed> {
    let stub = Stub::start_plain(Scenario::default(), SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    let folder = TempDir::new()?;
    let settings = folder.path().join("stub.json");
    fs::write(
        &settings,
        json!({ "config": stub.config(), "secrets": stub.secrets() }).to_string(),
    )?;
    let cache = folder.path().join("cache");
    let program = match defenderctl {
        Some(path) => path,
        None => std::env::current_exe()?
            .with_file_name(format!("defenderctl{}", std::env::consts::EXE_SUFFIX)),
    };
    if !program.is_file() {
        let shown = program.display();
        return Err(format!(
            "{shown} is not there: build it with `cargo build --release -p defenderctl`"
        )
        .into());
    }
    let cold = started(&program, &settings, &cache)?;
    let mut warm = Vec::new();
    for _ in 0..sample_size.times(STARTS) {
        warm.push(started(&program, &settings, &cache)?);
    }
    let mut compiled = Vec::new();
    for _ in 0..sample_size.times(10) {
        let began = Instant::now();
        drop(Host::builder(defender_component::COMPONENT).trusted().build()?);
        compiled.push(began.elapsed());
    }
    let (warm, compiled) = (Sample::new(warm), Sample::new(compiled));
    Ok(vec![
        Row::new(
            "process start to the result of its first `execute`, plain TCP, cache warm",
            warm.words(),
        )
        .target("p50 ≤ 25 ms", warm.median() <= Duration::from_millis(25))
        .sample("start", &warm),
        Row::new("the same when the component has to be compiled first", words(cold)),
        Row::new("compiling the component", compiled.words())
            .target("≤ 1 s", compiled.median() <= Duration::from_secs(1))
            .sample("compile", &compiled),
    ])
}

fn started(program: &Path, settings: &Path, cache: &Path) -> Result<Duration, Failed> {
    let mut command = Command::new(program);
    command
        .args(["execute", "getAgentDetails", "--json", "-p", &format!("id={MACHINE}"), "-c"])
        .arg(settings);
    command.arg("--cache").arg(cache).stdin(Stdio::null());
    let began = Instant::now();
    let ran = command.output()?;
    let took = began.elapsed();
    if ran.status.success() {
        Ok(took)
    } else {
        Err(String::from_utf8_lossy(&ran.stderr).into_owned().into())
    }
}
