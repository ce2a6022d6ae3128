//! What the demo does with a configured connector: test, isolate three machines, run a script,
//! fetch a file, release, and count what that took.

use std::path::PathBuf;

use defender_stub::{Stub, demo};
use host_harness::{JobState, Outcome};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::log::Log;
use crate::commands::test::by_action;
use crate::failure::Failure;
use crate::file::Partial;
use crate::known_actions::demo::{
    GET_FILE, ISOLATE, ISOLATE_DRY, ISOLATE_ENSURED, RELEASE, RUN_SCRIPT,
};
use crate::session::Session;

/// What the stub shows in place of an analyst's reason, and the case.
const COMMENT: &str = "defenderctl demo";
const CASE: &str = "CASE-1042";

/// The machines, by the names that people know them by. The first of them runs the script.
const HOSTS: [&str; 3] = ["ws-ops-014", "srv-web-003", "mac-dev-007"];

/// A file on the first of them.
const FILE: &str = r"C:\Windows\Temp\out.txt";

/// What was sent, and how often it must have been: the proof that nothing disruptive is repeated.
const SENT: [(&str, usize, &str); 3] = [
    ("isolate", HOSTS.len(), demo::ISOLATIONS),
    ("runliveresponse", 2, demo::SCRIPTS),
    ("unisolate", HOSTS.len(), demo::RELEASES),
];

/// The way from a test to released machines.
pub(super) struct Journey<'a> {
    pub(super) session: &'a Session,
    pub(super) stub: &'a Stub,
}

impl Journey<'_> {
    pub(super) async fn run(&self, log: &mut Log<'_>) -> Result<(), Failure> {
        let permissions = log.step("test", self.test()).await?;
        log.show(&permissions)?;
        let plan = log.step(ISOLATE_DRY, self.dry_run()).await?;
        log.show(&plan)?;
        log.step(ISOLATE, self.all(ISOLATE, demo::ISOLATIONS)).await?;
        log.step(ISOLATE_ENSURED, self.ensure()).await?;
        let printed = log.step(RUN_SCRIPT, self.script()).await?;
        log.show(&printed)?;
        log.step(GET_FILE, self.fetch()).await?;
        log.step(RELEASE, self.all(RELEASE, demo::RELEASES)).await?;
        log.step("summary", async { self.summary() }).await
    }

    /// Runs the connector's own test and yields its table of permissions.
    async fn test(&self) -> Result<(String, String), Failure> {
        let report =
            self.session.connector.test().await.map_err(|error| self.session.failure(error))?;
        if !report.passed {
            return Err(Failure::unexpected("the connector's own test did not pass"));
        }
        let granted = report.permissions.iter().filter(|permission| permission.granted).count();
        let of = report.permissions.len();
        let detail = format!(
            "{} checks, none failed; {granted} of {of} actions permitted",
            report.steps.len()
        );
        Ok((by_action(&report.permissions), detail))
    }

    /// Shows what would be sent.
    async fn dry_run(&self) -> Result<(String, String), Failure> {
        let mut params = every_host();
        params["dryRun"] = json!(true);
        let (data, _) = self.execute(ISOLATE, &params).await?;
        let requests = data["results"].as_array().map(Vec::as_slice).unwrap_or_default();
        let line = |row: &Value| {
            let request = &row["data"]["request"];
            format!("{} {} {}", text(request, "method"), text(request, "url"), request["body"])
        };
        let lines: Vec<String> = requests.iter().map(line).collect();
        Ok((lines.join("\n"), format!("would send {} requests; sent none of them", lines.len())))
    }

    /// Does something to all machines in one call, and follows it to its end. `requests` are those
    /// that start it.
    async fn all(&self, action: &str, requests: &str) -> Result<((), String), Failure> {
        let mut params = every_host();
        params["wait"] = json!({ "pollSeconds": 1, "timeoutSeconds": 30 });
        let counts =
            || [demo::LOOKUPS, requests, demo::POLLS].map(|on| self.stub.service().sent(on));
        let before = counts();
        let (data, outcome) = self.execute(action, &params).await?;
        let after = counts();
        let results = data["results"].as_array().map(Vec::as_slice).unwrap_or_default();
        let succeeded = results.iter().filter(|row| row["data"]["status"] == "Succeeded").count();
        if succeeded != HOSTS.len() {
            return Err(Failure::unexpected(format!(
                "{succeeded} of {} jobs succeeded",
                HOSTS.len()
            )));
        }
        let requests = outcome.usage.requests;
        let [lookups, actions, polls] = [0, 1, 2].map(|n| after[n] - before[n]);
        let detail = format!(
            "{} by name in one call, all Succeeded: {requests} API calls ({lookups} lookup, {actions} actions, {polls} polls)",
            HOSTS.join(", ")
        );
        Ok(((), detail))
    }

    /// Asks for what is so already.
    async fn ensure(&self) -> Result<((), String), Failure> {
        let params =
            json!({ "host": { "computerDnsName": HOSTS[0] }, "comment": COMMENT, "ensure": true });
        let (_, outcome) = self.execute(ISOLATE, &params).await?;
        match outcome.job {
            Some(action) if action.adopted && action.state == JobState::Succeeded => Ok((
                (),
                format!("{} is isolated already by job {}; nothing was sent", HOSTS[0], action.id),
            )),
            _ => Err(Failure::unexpected("the isolation was not recognised")),
        }
    }

    /// Runs a script and yields what it printed.
    async fn script(&self) -> Result<(String, String), Failure> {
        let mut params = one_host();
        params["parameters"] = json!({ "scriptName": "triage.ps1", "args": "-Case 1042" });
        let (data, _) = self.execute(RUN_SCRIPT, &params).await?;
        let (output, exit_code) = (text(&data, "script_output"), &data["exit_code"]);
        if output.is_empty() || exit_code != 0 {
            return Err(Failure::unexpected(format!("the script's exit code is {exit_code}")));
        }
        Ok((output.to_owned(), format!("{} bytes of output, exit code 0", output.len())))
    }

    /// Brings a file back and writes it to disk, for as long as it takes to look at it.
    async fn fetch(&self) -> Result<((), String), Failure> {
        let mut params = one_host();
        params["path"] = json!(FILE);
        let path =
            std::env::temp_dir().join(format!("defenderctl-demo-{}.txt", Uuid::new_v4().simple()));
        let local = |error: std::io::Error| Failure::local(format!("{}: {error}", path.display()));
        let fail = |error| self.session.failure(error);
        let mut file =
            self.session.connector.open(GET_FILE, &params.to_string()).await.map_err(fail)?;
        let name = file.name().await.map_err(fail)?;
        let mut partial = Partial::private(&path).map_err(local)?;
        loop {
            let piece = file.read(64 * 1024).await.map_err(fail)?;
            if piece.is_empty() {
                break;
            }
            partial.write(&piece).map_err(local)?;
        }
        let claimed = file.sha256().await.map_err(fail)?.unwrap_or_default();
        partial.keep(false).map_err(local)?;
        let _gone = Removed(path.clone());
        let bytes = std::fs::read(&path).map_err(local)?;
        if format!("{:x}", Sha256::digest(&bytes)) != claimed {
            return Err(Failure::unexpected("the file on disk is not the one that was fetched"));
        }
        Ok((
            (),
            format!("{name} from {}: {} bytes on disk, SHA-256 {claimed}", HOSTS[0], bytes.len()),
        ))
    }

    /// Counts what the stub saw.
    fn summary(&self) -> Result<((), String), Failure> {
        let service = self.stub.service();
        let mut counts = vec![format!("{} requests", service.ledger().len())];
        for (name, wanted, pattern) in SENT {
            match service.sent(pattern) {
                times if times == wanted => {
                    counts.push(format!("{name} was sent {times} times for {times} orders"))
                }
                times => {
                    return Err(Failure::unexpected(format!(
                        "{name} was sent {times} times, not {wanted}"
                    )));
                }
            }
        }
        Ok(((), counts.join(", ")))
    }

    async fn execute(&self, action: &str, params: &Value) -> Result<(Value, Outcome), Failure> {
        let called = self.session.connector.execute(action, &params.to_string()).await;
        let outcome = called.map_err(|error| self.session.failure(error))?;
        let data = serde_json::from_str(&outcome.data).map_err(|error| {
            Failure::contract(format!("the data of {action} is not JSON: {error}"))
        })?;
        Ok((data, outcome))
    }
}

/// A file that goes when the demo has looked at it.
struct Removed(PathBuf);

impl Drop for Removed {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// The machines by name, with reason and case.
fn every_host() -> Value {
    let hosts: Vec<Value> = HOSTS.iter().map(|name| json!({ "computerDnsName": name })).collect();
    json!({ "hosts": hosts, "comment": COMMENT, "reference": CASE })
}

/// The first machine, for what is followed to its end.
fn one_host() -> Value {
    let wait = json!({ "pollSeconds": 1, "timeoutSeconds": 30 });
    json!({
        "host": { "computerDnsName": HOSTS[0] }, "comment": COMMENT, "reference": CASE,
        "wait": wait
    })
}

/// A member that is text, or nothing.
fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}
