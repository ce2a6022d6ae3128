//! What the demo does with a configured connector: test, isolate, run a script, release, and count what that took.

use std::time::Duration;

use host_harness::stub::Stub;
use serde_json::{Value, json};

use super::log::Log;
use crate::cli::commands::test::permissions;
use crate::cli::failure::Failure;
use crate::cli::session::Session;

/// What the stub shows in place of an analyst's reason.
const COMMENT: &str = "host-harness demo";

/// The stub takes about three seconds over an action: polling faster shows nothing more.
const POLL: Duration = Duration::from_secs(1);

/// Ten times what the stub takes.
const MAX_POLLS: u32 = 30;

/// What must have been sent, and how often: the proof that nothing disruptive is repeated.
const SENT_ONCE: [(&str, &str); 3] = [
    ("isolate", "POST /api/machines/{id}/isolate"),
    ("runliveresponse", "POST /api/machines/{id}/runliveresponse"),
    ("unisolate", "POST /api/machines/{id}/unisolate"),
];

/// The way from a test to a released machine.
pub(super) struct Journey<'a> {
    pub(super) session: &'a Session,
    pub(super) stub: &'a Stub,
}

impl Journey<'_> {
    pub(super) async fn run(&self, log: &mut Log<'_>) -> Result<(), Failure> {
        let permissions = log.step("test", self.test()).await?;
        log.show(&permissions)?;
        let machine = log.step("getAgentList", self.choose()).await?;
        let reason = json!({ "id": machine, "comment": COMMENT });
        let isolation = log.step("isolateHost", self.start("isolateHost", &reason)).await?;
        log.step("wait for isolation", self.follow(&isolation)).await?;
        let script = json!({ "id": machine, "comment": COMMENT, "parameters": { "scriptName": "triage.ps1" } });
        let run = log.step("runScript", self.start("runScript", &script)).await?;
        log.step("wait for script", self.follow(&run)).await?;
        let printed = log.step("getActionResults", self.results(&run)).await?;
        log.show(&printed)?;
        let release = log.step("releaseHost", self.start("releaseHost", &reason)).await?;
        log.step("wait for release", self.follow(&release)).await?;
        log.step("summary", async { self.summary() }).await
    }

    /// Runs the connector's own test and yields its table of permissions.
    async fn test(&self) -> Result<(String, String), Failure> {
        let report = self.session.connector.test().await.map_err(|error| self.session.failure(error))?;
        if !report.passed {
            return Err(Failure::unexpected("the connector's own test did not pass"));
        }
        let granted = report.permissions.iter().filter(|permission| permission.granted).count();
        let of = report.permissions.len();
        let detail = format!("{} checks, none failed; {granted} of {of} actions permitted", report.steps.len());
        Ok((permissions(&report.permissions), detail))
    }

    /// An active Windows machine, which is what the script is for.
    async fn choose(&self) -> Result<(String, String), Failure> {
        let data = self.execute("getAgentList", &json!({ "healthStatus": "Active" })).await?;
        let machines = data["value"].as_array().map(Vec::as_slice).unwrap_or_default();
        let is_windows = |machine: &&Value| text(machine, "osPlatform").starts_with("Windows");
        let chosen = machines
            .iter()
            .find(is_windows)
            .ok_or_else(|| Failure::unexpected("no active Windows machine is listed"))?;
        let detail = format!("{} active machines; this one is {}", machines.len(), text(chosen, "computerDnsName"));
        Ok((text(chosen, "id").to_owned(), detail))
    }

    /// Starts a machine action and yields its identifier.
    async fn start(&self, action: &str, params: &Value) -> Result<(String, String), Failure> {
        let data = self.execute(action, params).await?;
        let (id, status) = (text(&data, "id"), text(&data, "status"));
        if id.is_empty() {
            return Err(Failure::unexpected(format!("{action} yielded no machine action")));
        }
        Ok((id.to_owned(), format!("machine action {id} is {status}")))
    }

    /// Follows a machine action to its end. Succeeded is the only good one.
    async fn follow(&self, id: &str) -> Result<((), String), Failure> {
        for poll in 1..=MAX_POLLS {
            tokio::time::sleep(POLL).await;
            let data = self.execute("getActions", &json!({ "id": id })).await?;
            match text(&data["value"][0], "status") {
                "Pending" | "InProgress" => {}
                "Succeeded" => return Ok(((), format!("Succeeded after {poll} polls"))),
                other => return Err(Failure::unexpected(format!("machine action {id} ended as `{other}`"))),
            }
        }
        Err(Failure::unexpected(format!("machine action {id} had not ended after {MAX_POLLS} polls")))
    }

    /// What the script printed.
    async fn results(&self, id: &str) -> Result<(String, String), Failure> {
        let data = self.execute("getActionResults", &json!({ "id": id })).await?;
        let (output, exit_code) = (text(&data, "script_output"), &data["exit_code"]);
        if output.is_empty() || exit_code != 0 {
            return Err(Failure::unexpected(format!("the script's exit code is {exit_code}")));
        }
        Ok((output.to_owned(), format!("{} bytes of output, exit code 0", output.len())))
    }

    /// Counts what the stub saw.
    fn summary(&self) -> Result<((), String), Failure> {
        let service = self.stub.service();
        let mut counts = vec![format!("{} requests", service.ledger().len())];
        for (name, pattern) in SENT_ONCE {
            match service.sent(pattern) {
                1 => counts.push(format!("{name} was sent once")),
                times => return Err(Failure::unexpected(format!("{name} was sent {times} times, not once"))),
            }
        }
        Ok(((), counts.join(", ")))
    }

    async fn execute(&self, action: &str, params: &Value) -> Result<Value, Failure> {
        let called = self.session.connector.execute(action, &params.to_string()).await;
        let outcome = called.map_err(|error| self.session.failure(error))?;
        serde_json::from_str(&outcome.data)
            .map_err(|error| Failure::contract(format!("the data of {action} is not JSON: {error}")))
    }
}

/// A member that is text, or nothing.
fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}
