//! The durable host example as a separate process: killed during a send and between two polls, and
//! restarted.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use defender_stub::demo::{LINUX, MAC, WINDOWS};
use defender_stub::{Fault, FaultKind, Scenario, Stub};
use host_harness::operation::{FileJournal, Journal};
use serde_json::{Value, json};

/// The example, which cargo builds with the tests. It may be missing or outdated only if a single
/// test target was requested.
fn example() -> PathBuf {
    let this = env::current_exe().unwrap();
    let profile = this.ancestors().nth(2).unwrap();
    let path = profile.join("examples").join(format!("durable{}", env::consts::EXE_SUFFIX));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let changed = |path: &Path| fs::metadata(path).and_then(|file| file.modified()).ok();
    if changed(&path) < changed(&root.join("examples/durable.rs")) {
        let name = match profile.file_name().and_then(OsStr::to_str) {
            Some("debug") | None => "dev",
            Some(name) => name,
        };
        let mut build = Command::new(env!("CARGO"));
        build
            .args(["build", "--locked", "--example", "durable", "--profile", name])
            .current_dir(root);
        assert!(
            build.env("CARGO_TARGET_DIR", profile.parent().unwrap()).status().unwrap().success()
        );
    }
    path
}

/// The host as a process. It is killed when this is dropped.
struct Host(Child);

impl Host {
    fn start(folder: &Path) -> Self {
        let hosts = ["ws-ops-014", "srv-web-003", "mac-dev-007"]
            .map(|name| json!({ "computerDnsName": name }));
        let params =
            json!({ "hosts": hosts, "comment": "case 1042", "wait": { "pollSeconds": 1 } })
                .to_string();
        let mut command = Command::new(example());
        command.arg(folder.join("settings.json")).arg(folder.join("journal")).arg(params);
        Self(command.stdout(Stdio::piped()).spawn().unwrap())
    }

    /// `SIGKILL`, where there are signals.
    fn kill(mut self) {
        assert!(self.0.try_wait().unwrap().is_none(), "it is at work");
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// Its output, after it has ended successfully.
    fn lines(mut self) -> Vec<String> {
        let mut text = String::new();
        self.0.stdout.take().unwrap().read_to_string(&mut text).unwrap();
        assert!(self.0.wait().unwrap().success(), "{text}");
        text.lines().map(str::to_owned).collect()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_durable_host_that_is_killed_twice_isolates_each_machine_exactly_once() {
    let scenario = Scenario { pending_seconds: 1.0, running_seconds: 1.0, ..Scenario::default() };
    let stub = Stub::start_plain(scenario, (Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let settings = json!({ "config": stub.config(), "secrets": stub.secrets() }).to_string();
    fs::write(folder.path().join("settings.json"), settings).unwrap();
    let isolations =
        |machine| stub.service().sent(&format!("POST /api/machines/{machine}/isolate"));
    let journal = || FileJournal::open(folder.path().join("journal")).unwrap();

    // During a send: the request is sent, the response has not arrived.
    let second = format!("POST /api/machines/{LINUX}/isolate");
    stub.service().add_fault(Fault::new(&second, FaultKind::Delay { ms: 600_000 }).carried_out());
    let host = Host::start(folder.path());
    let deadline = Instant::now() + Duration::from_secs(60);
    while isolations(LINUX) == 0 {
        assert!(Instant::now() < deadline, "the second isolation was not sent");
        thread::sleep(Duration::from_millis(5));
    }
    host.kill();
    assert!(journal().load().await.unwrap().is_sending);
    assert_eq!([WINDOWS, LINUX, MAC].map(isolations), [1, 1, 0]);

    // While the service works: one machine has ended.
    let mut host = Host::start(folder.path());
    let mut line = String::new();
    BufReader::new(host.0.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("Succeeded: "), "{line}");
    host.kill();

    let lines = Host::start(folder.path()).lines();
    assert_eq!([WINDOWS, LINUX, MAC].map(isolations), [1, 1, 1]);
    let (outcome, machines) = lines.split_last().unwrap();
    assert_eq!(machines.len(), 3, "{lines:?}");
    assert!(machines.iter().all(|line| line.starts_with("Succeeded: ")), "{lines:?}");
    let outcome: Value = serde_json::from_str(outcome).unwrap();
    let rows = outcome["results"].as_array().unwrap();
    assert_eq!(rows.len(), 3, "{outcome}");
    assert!(rows.iter().all(|row| row["status"] == "ok"), "{outcome}");
    assert_eq!(journal().results().unwrap().len(), 3, "what each machine yielded");

    // Run it again: it has ended, and prints the same.
    assert_eq!(Host::start(folder.path()).lines(), lines);
    assert_eq!([WINDOWS, LINUX, MAC].map(isolations), [1, 1, 1]);
}
