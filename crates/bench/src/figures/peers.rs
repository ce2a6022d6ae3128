//! Compares the connector with what users would otherwise run: axios in Node as in Kibana's
//! connector, and requests with msal in Python as in the SOAR integrations. Their drivers are in
//! `bench/peers`; they are installed and started only on demand.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use defender_stub::Scenario;
use serde::Deserialize;
use serde_json::json;

use super::fixture::{Fixture, MACHINE};
use super::sample::Sample;
use super::{Failed, Row, SampleSize, latency};

const CALLS: usize = 500;

/// Required speed-up of the component over a new connection per call, and over a kept-alive
/// connection.
const AGAINST_NEW: f64 = 10.0;
const AGAINST_KEPT: f64 = 3.0;

const FILES: [(&str, &str); 4] = [
    ("package.json", include_str!("../../peers/package.json")),
    ("axios.mjs", include_str!("../../peers/axios.mjs")),
    ("requirements.txt", include_str!("../../peers/requirements.txt")),
    ("requests_msal.py", include_str!("../../peers/requests_msal.py")),
];

/// Timings in microseconds.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Times {
    new_connection: Vec<f64>,
    keep_alive: Vec<f64>,
}

/// Measures the component and both peers against the same stub over TLS. The drivers are installed
/// into `folder`.
pub(super) async fn rows(sample_size: SampleSize, folder: PathBuf) -> Result<Vec<Row>, Failed> {
    fs::create_dir_all(&folder)?;
    let folder = fs::canonicalize(folder)?;
    for (name, text) in FILES {
        fs::write(folder.join(name), text)?;
    }
    let fixture = Fixture::secure(Scenario::default())?;
    let (ours, _) = latency::calls(&fixture, sample_size).await?;
    let order = order(&fixture, &folder, sample_size.times(CALLS))?;
    let axios = axios(&folder, &order)?;
    let requests = requests(&folder, &order)?;
    let mut rows = Vec::new();
    for (peer, times) in [("axios in Node", axios), ("requests and msal in Python", requests)] {
        let ways = [
            ("a connection a call", times.new_connection, AGAINST_NEW),
            ("keep-alive", times.keep_alive, AGAINST_KEPT),
        ];
        for (way, times, least) in ways {
            let theirs = Sample::new(
                times.into_iter().map(|micros| Duration::from_secs_f64(micros / 1e6)).collect(),
            );
            let ratio = theirs.ratio(&ours);
            rows.push(
                Row::new(
                    format!("{peer}, {way}"),
                    format!("{ratio:.1} × the component's time: {}", theirs.words()),
                )
                .target(format!("≥ {least} ×"), ratio >= least)
                .sample("peer", &theirs)
                .sample("component", &ours),
            );
        }
    }
    Ok(rows)
}

/// Builds a driver's input.
fn order(fixture: &Fixture, folder: &Path, calls: usize) -> Result<String, Failed> {
    let ca = folder.join("ca.pem");
    fs::write(&ca, fixture.stub.ca_pem().unwrap_or_default())?;
    let (config, secrets) = (fixture.config(), fixture.secrets());
    let order = json!({
        "url": format!("https://{}", fixture.stub.addr()),
        "ca": ca,
        "login": "login.microsoftonline.com",
        "api": "api.security.microsoft.com",
        "tenant": config["tenantId"],
        "client": config["clientId"],
        "secret": secrets["clientSecret"],
        "scope": "https://api.securitycenter.microsoft.com/.default",
        "machine": MACHINE,
        "calls": calls,
    });
    Ok(order.to_string())
}

fn axios(folder: &Path, order: &str) -> Result<Times, Failed> {
    run(Command::new("npm")
        .args(["install", "--no-audit", "--no-fund", "--silent"])
        .current_dir(folder))?;
    times(Command::new("node").arg("axios.mjs").current_dir(folder).env("PEER", order))
}

fn requests(folder: &Path, order: &str) -> Result<Times, Failed> {
    let python: PathBuf = folder.join("python").join("bin").join("python");
    run(Command::new("python3").args(["-m", "venv", "python"]).current_dir(folder))?;
    run(Command::new(&python)
        .args(["-m", "pip", "install", "--quiet", "-r", "requirements.txt"])
        .current_dir(folder))?;
    times(
        Command::new(python)
            .args(["-B", "requests_msal.py"])
            .current_dir(folder)
            .env("PEER", order),
    )
}

fn times(driver: &mut Command) -> Result<Times, Failed> {
    Ok(serde_json::from_slice(&run(driver)?)?)
}

/// Runs a program and returns its output, or why it failed.
fn run(command: &mut Command) -> Result<Vec<u8>, Failed> {
    let name = command.get_program().to_string_lossy().into_owned();
    let ran = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{name} can't be started: {error}"))?;
    if ran.status.success() {
        return Ok(ran.stdout);
    }
    Err(format!("{name} failed: {}", String::from_utf8_lossy(&ran.stderr).trim()).into())
}
