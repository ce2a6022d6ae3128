//! Documents of what a plugin answered.

use host_harness::{
    Action, Configured, Descriptor, ErrorKind, ErrorSource, Job, Outcome, PluginError, Report,
    Retry, Step, StepStatus, Warning,
};
use time::OffsetDateTime;

use super::document::{Document, text};
use crate::remedy::is_connector_s;

/// What `describe --json` prints.
pub(crate) fn descriptor_document(descriptor: &Descriptor) -> String {
    text(descriptor)
}

/// One action of the catalogue.
pub(crate) fn action_document(action: &Action) -> String {
    text(action)
}

/// What `run --json` prints on success.
pub(crate) fn outcome_document(connector_id: &str, outcome: &Outcome) -> String {
    Document::new()
        .member("status", "ok")
        .member("connectorId", connector_id)
        .raw("data", &outcome.data)
        .member("job", &outcome.job)
        .member("usage", &outcome.usage)
        .member("warnings", &outcome.warnings)
        .finish()
}

/// Something to know about a success: `{"code", "message", "details"}`.
pub(crate) fn warning(warning: &Warning) -> String {
    text(warning)
}

/// A job: `{"id", "state", "adopted"}`.
pub(crate) fn job(job: &Job) -> String {
    text(job)
}

/// What `test --json` prints, whether the test passed or not.
pub(crate) fn report_document(
    connector_id: &str,
    report: &Report,
    configured: &Configured,
    environment: &[(&str, String)],
) -> String {
    let document = Document::new()
        .member("status", if report.passed { "ok" } else { "error" })
        .member("connectorId", connector_id);
    let failed = report.steps.iter().find(|step| step.status == StepStatus::Failed);
    let document = match failed {
        None => document.raw("job", "null").raw("usage", "null").raw("warnings", "[]"),
        Some(step) => {
            super::error_members(document, &failed_check(step), OffsetDateTime::now_utc())
        }
    };
    let body = text(report);
    let document = if failed.is_none() { document.raw("data", &body) } else { document };
    let document = document.raw("report", &body).member("origins", &configured.origins);
    if environment.is_empty() {
        return document.finish();
    }
    let add = |document: Document, (name, value): &(&str, String)| document.member(name, value);
    let variables = environment.iter().fold(Document::new(), add);
    document.raw("environment", &variables.finish()).finish()
}

/// The test as an action that failed, for callers who look for an error. Of a check the report has
/// its sentence and code.
fn failed_check(step: &Step) -> PluginError {
    PluginError {
        kind: ErrorKind::ActionFailed,
        message: step.detail.clone(),
        source: ErrorSource::User,
        retry: Retry::Never,
        status: None,
        code: step.code.clone().filter(|code| !is_connector_s(code)),
        request_id: None,
        details: None,
        usage: None,
        refused: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use host_harness::{Effect, JobState, Origin, Permission, Usage};
    use serde_json::{Value, json};

    use super::*;

    fn parse(document: String) -> Value {
        serde_json::from_str(&document).expect("JSON")
    }

    #[test]
    fn an_outcome_is_an_executor_result() {
        let usage = Usage {
            call_id: "c".into(),
            requests: 2,
            retries: 1,
            request_bytes: 3,
            response_bytes: 4,
            waited: Duration::from_millis(5),
        };
        let job = Job { id: "a".into(), state: JobState::TimedOut, adopted: true };
        let mut outcome =
            Outcome { data: r#"{"id":"a"}"#.into(), job: Some(job), usage, warnings: vec![] };
        let reported = parse(outcome_document("prod", &outcome));
        assert_eq!(
            reported,
            json!({
                "status": "ok",
                "connectorId": "prod",
                "data": {"id": "a"},
                "job": {"id": "a", "state": "timed-out", "adopted": true},
                "usage": {
                    "callId": "c", "requests": 2, "retries": 1, "requestBytes": 3,
                    "responseBytes": 4, "waitedMs": 5
                },
                "warnings": [],
            })
        );
        outcome.job = None;
        let details = r#"{"z":1.50,"a":1}"#;
        outcome.warnings = vec![
            Warning { code: "b".into(), message: "B".into(), details: Some(details.into()) },
            Warning { code: "c".into(), message: "C".into(), details: None },
        ];
        let document = outcome_document("prod", &outcome);
        assert!(document.ends_with(&format!(
            r#""warnings":[{{"code":"b","message":"B","details":{details}}},{{"code":"c","message":"C","details":null}}]}}"#
        )));
        assert_eq!(parse(outcome_document("prod", &outcome))["job"], Value::Null);
    }

    #[test]
    fn a_report_tells_of_steps_permissions_and_origins() {
        let step = Step {
            name: "token".into(),
            status: StepStatus::Failed,
            detail: "no".into(),
            duration: Duration::from_millis(7),
            code: Some("Refused".into()),
            help: Some("https://docs.example".into()),
        };
        let permission =
            Permission { action: "runScript".into(), granted: false, missing: vec!["R".into()] };
        let report = Report { passed: false, steps: vec![step], permissions: vec![permission] };
        let origin = Origin {
            pattern: "https://login.example".into(),
            purpose: "sign-in".into(),
            required: true,
        };
        let configured = Configured { name: "n".into(), origins: vec![origin] };
        let reported = parse(report_document("prod", &report, &configured, &[]));
        assert_eq!(
            reported,
            json!({
                "status": "error",
                "connectorId": "prod",
                "message": "an error occurred while running the action",
                "serviceMessage": "no",
                "retry": false,
                "errorSource": "user",
                "error": {
                    "kind": "action-failed",
                    "message": "no",
                    "source": "user",
                    "retry": "never",
                    "status": null,
                    "code": "Refused",
                    "requestId": null,
                    "details": null,
                    "usage": null,
                },
                "report": {
                    "passed": false,
                    "steps": [{
                        "name": "token", "status": "failed", "detail": "no", "durationMs": 7,
                        "code": "Refused", "help": "https://docs.example",
                    }],
                    "permissions": [{"action": "runScript", "granted": false, "missing": ["R"]}],
                },
                "origins": [
                    {"pattern": "https://login.example", "purpose": "sign-in", "required": true}
                ],
            })
        );
    }

    #[test]
    fn a_descriptor_keeps_its_schemas_as_they_are() {
        let action = Action {
            name: "a".into(),
            title: "A".into(),
            summary: "Does.".into(),
            effect: Effect::Change,
            roles: vec![vec!["R".into(), "S".into()]],
            params_schema: r#"{"type":"object"}"#.into(),
            result_schema: "true".into(),
            deprecated: Some("old".into()),
            docs: "https://docs.example".into(),
            category: "C".into(),
            file_action: None,
            read_posts: vec!["/q".into()],
        };
        let descriptor = Descriptor {
            id: "x".into(),
            name: "X".into(),
            version: "1.0.0".into(),
            config_schema: r#"{"z":1,"a":2}"#.into(),
            secrets_schema: "{}".into(),
            error_details_schema: "true".into(),
            actions: vec![action],
        };
        assert_eq!(
            descriptor_document(&descriptor),
            concat!(
                r#"{"id":"x","name":"X","version":"1.0.0","configSchema":{"z":1,"a":2},"secretsSchema":{},"errorDetailsSchema":true,"actions":["#,
                r#"{"name":"a","title":"A","summary":"Does.","effect":"change","roles":[["R","S"]],"#,
                r#""paramsSchema":{"type":"object"},"resultSchema":true,"deprecated":"old","docs":"https://docs.example","#,
                r#""category":"C","fileAction":null,"readPosts":["/q"]}]}"#
            )
        );
    }
}
