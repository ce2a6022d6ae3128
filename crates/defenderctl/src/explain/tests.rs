//! The golden file of what users read about each kind of error, in the connector's own words.

use std::collections::BTreeSet;
use std::time::Duration;

use host_harness::{
    Cause, CompileLimit, DownloadLimit, ErrorKind, ErrorSource, HostError, PluginError, Retry,
    TimeLimit,
};
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::lines;
use crate::failure::Failure;
use crate::{golden, json as kinds};

fn error(kind: ErrorKind, message: &str, retry: Retry, details: &Value) -> PluginError {
    PluginError {
        kind,
        message: message.into(),
        source: ErrorSource::Service,
        retry,
        status: None,
        code: None,
        request_id: None,
        details: (!details.is_null()).then(|| details.to_string()),
        usage: None,
        refused: Vec::new(),
    }
}

/// What a person reads about a failure.
fn block(failure: &Failure) -> String {
    let (message, lines) = lines(failure, OffsetDateTime::UNIX_EPOCH);
    let lines: String = lines.iter().map(|line| format!("\n{line}")).collect();
    format!("error: {message}{lines}")
}

const WAIT: Retry = Retry::After(Duration::from_secs(41));

/// At least one error of each kind, as the connector gives it, with the details that it has.
fn cases() -> Vec<(ErrorKind, &'static str, Retry, Value)> {
    use ErrorKind as Kind;

    let job = json!({ "id": "19c9", "type": "Isolate", "status": "Pending", "commands": [],
        "computerDnsName": "ws-014", "troubleshootInfo": null });
    let script = json!({ "exit_code": 3, "script_output": "one\ntwo\n",
        "script_errors": "no such key", "raw": { "a": 1 } });
    let comment =
        json!({ "pointer": "/comment", "problem": "is missing; must be text that is not blank" });
    let (no, none, unknown) = (Retry::Never, Value::Null, Retry::Unknown);
    vec![
        (
            Kind::NotConfigured,
            "The connector is not configured: call `configure` first.",
            no,
            none.clone(),
        ),
        (
            Kind::InvalidConfig,
            "The settings are invalid: /config/tenantId is missing",
            no,
            json!([{ "pointer": "/config/tenantId", "problem": "is missing" }]),
        ),
        (
            Kind::UnknownAction,
            "There is no action \"isolat\"; similar ones are isolateHost.",
            no,
            none.clone(),
        ),
        (
            Kind::InvalidParams,
            "`isolateHost`: nothing was sent, because the parameters are invalid: /comment is missing",
            no,
            json!([comment]),
        ),
        (
            Kind::InvalidParams,
            "`isolateHost`: nothing was sent, because the parameters are invalid: …",
            no,
            json!([comment, { "pointer": "/hosts/1/ip", "problem": "must be an IPv4 or IPv6 address" }]),
        ),
        (
            Kind::Unauthenticated,
            "Sign-in at login.example was refused (status 401): the client secret has expired: create a new one in Entra (App registrations, Certificates & secrets).",
            no,
            none.clone(),
        ),
        (
            Kind::Forbidden,
            "`isolateHost` is not permitted; nothing was sent: grant the application the permission that it lacks in Entra, with admin consent.",
            no,
            json!({ "required": [["Machine.Isolate"]], "granted": ["Machine.Read.All"] }),
        ),
        (
            Kind::NotFound,
            "No machine that is onboarded has the computerDnsName \"ws-14\" (0 other records do): check the name or use the device ID.",
            no,
            json!({ "candidates": [], "similar": [{ "id": "9a3f", "computerDnsName": "ws-014" }] }),
        ),
        (
            Kind::Ambiguous,
            "2 machines have the computerDnsName \"kiosk\": use the device ID of one of them.",
            no,
            json!({ "candidates": [{ "id": "77b0", "lastSeen": "2026-03-01T08:00:00Z" },
                { "id": "77b1", "lastSeen": null }] }),
        ),
        (
            Kind::Conflict,
            "`isolateHost` was rejected: another action is running on the machine; wait for it or cancel it.",
            unknown,
            json!({ "machineAction": job, "serviceMessage": "already in progress" }),
        ),
        (
            Kind::Throttled,
            "`getAgentList` was not carried out: too many requests.",
            WAIT,
            json!({ "retryAfterMilliseconds": 41_000 }),
        ),
        (
            Kind::Throttled,
            "`getAgentList` was not carried out: too many requests.",
            no,
            none.clone(),
        ),
        (
            Kind::Rejected,
            "`isolateHost` was rejected (status 400).",
            no,
            json!({ "serviceMessage": "Invalid comment" }),
        ),
        (Kind::Unavailable, "The service failed (status 503): try again.", WAIT, none.clone()),
        (
            Kind::Unavailable,
            "The service failed (status 503), and `isolateHost` may have been carried out: check (`getActions` for machine actions) before you try again.",
            unknown,
            none.clone(),
        ),
        (
            Kind::Unreachable,
            "No response from login.example: the name could not be resolved; check the network path and try again.",
            no,
            none.clone(),
        ),
        (
            Kind::Denied,
            "No response from login.example: the host's egress policy does not allow it; nothing was sent; allow it there.",
            no,
            none.clone(),
        ),
        (
            Kind::TimedOut,
            "The response to `runHuntingQuery` did not end before the call's deadline (`limits.callTimeoutSeconds`).",
            no,
            none.clone(),
        ),
        (
            Kind::MalformedResponse,
            "The response to `getAgentList` is not a JSON object with a list `value`: check `apiUrl`, gateways and proxies.",
            no,
            none.clone(),
        ),
        (
            Kind::ActionFailed,
            "LiveResponse ended with status \"Failed\": exit code 3; correct that on the machine and try again",
            unknown,
            json!({ "machineAction": job, "errorHResult": -2_147_467_259, "meaning": "no reason",
                "commandErrors": ["exit code 3"], "result": script }),
        ),
        (Kind::ActionFailed, "2 of 3 failed.", no, none.clone()),
        (
            Kind::Unfinished,
            "Machine action 19c9 has not ended in time (status \"Pending\") and continues: follow it with `waitForAction`, or cancel it.",
            no,
            json!({ "machineAction": job }),
        ),
        (Kind::Internal, "Bug in the connector, please report it: a name has no result.", no, none),
    ]
}

/// Every error of the host.
fn host_errors() -> Vec<HostError> {
    let operation = "execute";
    let cause = || Cause::from("…");
    let after = Duration::from_secs(60);
    vec![
        HostError::Engine(cause()),
        HostError::Compile(cause()),
        HostError::TooCostly(CompileLimit::Functions(200_000)),
        HostError::Compiler(cause()),
        HostError::NotAPlugin(cause()),
        HostError::Credentials { problem: "the component declares no origin".into() },
        HostError::NotExported { interface: "downloads" },
        HostError::Instantiate(cause()),
        HostError::Trapped { operation, reason: "unreachable".into() },
        HostError::OutOfTime { operation, limit: TimeLimit::Call, after },
        HostError::OutOfTime { operation, limit: TimeLimit::Compute, after },
        HostError::OutOfMemory { operation, limit_bytes: 67_108_864 },
        HostError::SlowDownload { limit: DownloadLimit::Time(after), received: 4096 },
        HostError::SlowDownload {
            limit: DownloadLimit::Rate { bytes_per_second: 1024, window: after },
            received: 4096,
        },
        HostError::Gone,
    ]
}

#[test]
fn every_kind_of_error_is_in_the_golden_file() {
    let mut blocks = Vec::new();
    let mut seen = BTreeSet::new();
    for (kind, text, retry, details) in cases() {
        seen.insert(kinds::error_kind(kind));
        let subject = if kind == ErrorKind::InvalidConfig { "prod.toml" } else { "isolateHost" };
        blocks.push(block(&Failure::from(error(kind, text, retry, &details)).about(subject)));
    }
    assert_eq!(seen.len(), 19, "each kind of the contract: {seen:?}");
    blocks.extend(host_errors().into_iter().map(|error| block(&Failure::from(error))));
    golden::compare("errors.txt", &blocks);
}
