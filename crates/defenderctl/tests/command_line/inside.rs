//! A stub inside of the test: its ledger can be read and its clock moved.

use std::fs;
use std::net::Ipv4Addr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use defender_stub::{Fault, FaultKind, Scenario, Service, Stub};
use serde_json::{Value, json};

use crate::run::{Call, Ran, Running, shell, state};
use crate::world::{Folder, MACHINE};

/// The request for an isolation.
pub(crate) const ISOLATE: &str = "POST /api/machines/{id}/isolate";
/// The request for a token.
pub(crate) const TOKEN: &str = "POST /{tenant}/oauth2/v2.0/token";
/// The request that cancels a machine action.
pub(crate) const CANCEL: &str = "POST /api/machineactions/{id}/cancel";

/// How long a machine action is pending, and how long it is in progress after that.
pub(crate) const HOUR: Duration = Duration::from_secs(3600);

/// Longer than any test lasts.
pub(crate) const LATE: FaultKind = FaultKind::Delay { ms: 600_000 };

/// A stub whose actions wait for its clock to be moved, and a folder with settings that lead there.
pub(crate) struct Inside {
    stub: Stub,
    pub(crate) folder: Folder,
}

impl Inside {
    pub(crate) fn new() -> Self {
        let hour = HOUR.as_secs_f64();
        let scenario =
            Scenario { pending_seconds: hour, running_seconds: hour, ..Scenario::default() };
        let stub = Stub::start_plain(scenario, (Ipv4Addr::LOCALHOST, 0).into())
            .expect("a stub on loopback");
        let folder = Folder::new();
        folder.write(
            "my prod.json",
            json!({ "config": stub.config(), "secrets": stub.secrets() }).to_string(),
        );
        // Nothing but what is tested is said on stderr.
        fs::set_permissions(folder.path("my prod.json"), fs::Permissions::from_mode(0o600))
            .expect("our own file");
        Self { stub, folder }
    }

    /// The same where the answers to these requests do not come.
    pub(crate) fn without_answer_to(on: &str) -> Self {
        let inside = Self::new();
        inside.service().add_fault(Fault::new(on, LATE).always());
        inside
    }

    pub(crate) fn service(&self) -> &Service {
        self.stub.service()
    }

    /// The binary with these arguments and the settings.
    pub(crate) fn call(&self, arguments: &str) -> Call {
        self.folder.call(arguments).env("DEFENDERCTL_CONFIG", "my prod.json")
    }

    /// An isolation of one machine that is followed.
    pub(crate) fn isolation(&self, options: &str) -> Running {
        let isolate =
            format!("run isolateHost --yes -p id={MACHINE} -p comment=c -p wait.pollSeconds=1");
        self.call(&format!("{isolate} {options}")).start()
    }

    /// The folders of the calls that are kept.
    pub(crate) fn calls(&self) -> Vec<PathBuf> {
        let folder = state(&self.folder.path("")).join("calls");
        fs::read_dir(folder)
            .into_iter()
            .flatten()
            .map(|entry| entry.expect("an entry").path())
            .collect()
    }

    /// Waits until the journal of the one call that is kept says this.
    pub(crate) fn kept(&self, is_so: impl Fn(&Journal) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while !self
            .calls()
            .first()
            .and_then(|folder| Journal::read(folder))
            .is_some_and(|journal| is_so(&journal))
        {
            assert!(Instant::now() < deadline, "the journal does not come to say so");
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// A command that was printed, as it stands there.
    pub(crate) fn shell(&self, line: &str) -> Call {
        shell(&self.folder.path(""), line)
    }

    /// The lines of its audit file.
    pub(crate) fn audited(&self) -> Vec<Value> {
        let text = String::from_utf8(self.folder.read("audit.jsonl")).expect("UTF-8");
        text.lines()
            .map(|line| {
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
            })
            .collect()
    }

    /// Waits until this number of requests that fit a pattern have come.
    pub(crate) fn has_got(&self, count: usize, pattern: &str) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while self.service().sent(pattern) < count {
            assert!(Instant::now() < deadline, "{pattern} did not come");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

/// What the journal of a call says.
pub(crate) struct Journal {
    /// The steps that were taken.
    pub(crate) step: u64,
    /// Whether one that sends is under way.
    pub(crate) is_sending: bool,
}

impl Journal {
    fn read(folder: &Path) -> Option<Self> {
        // Written last before the first step.
        fs::metadata(folder.join("call.json")).ok()?;
        let entry: Value =
            serde_json::from_slice(&fs::read(folder.join("operation.json")).ok()?).ok()?;
        Some(Self { step: entry["step"].as_u64()?, is_sending: folder.join("sending").exists() })
    }
}

/// The next line on stderr that has this in it.
pub(crate) fn line_with(running: &Running, text: &str) -> String {
    loop {
        let line = running.error_line();
        if line.contains(text) {
            return line;
        }
    }
}

/// The printed command that has this in it.
pub(crate) fn command(ran: &Ran, text: &str) -> String {
    let lines: Vec<&str> =
        ran.stderr.lines().filter(|line| line.starts_with("  ") && line.contains(text)).collect();
    assert_eq!(lines.len(), 1, "{text} in:\n{}", ran.stderr);
    lines[0].trim().to_owned()
}
