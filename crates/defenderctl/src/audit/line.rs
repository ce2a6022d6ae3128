//! The lines of an audit file. Each is one JSON object; `callId` joins the two of a call.

use host_harness::Action;
use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::who::Who;
use super::{End, end};
use crate::json::Document;
use crate::redact::redacted;
use crate::session::Session;

/// A call that is to be made and may change something: who, what, and to which machines.
pub(crate) struct Call {
    pub(super) action: String,
    who: Who,
    /// The parameters as they were given, without what could be a secret.
    given: Map<String, Value>,
    /// Device IDs, as far as they are known before the call.
    targets: Option<Vec<String>>,
    confirmed: bool,
}

impl Call {
    /// `confirmed` are the machines that the user confirmed at the terminal.
    pub(crate) fn new(
        session: &Session,
        action: &Action,
        given: &Map<String, Value>,
        confirmed: Option<&[String]>,
    ) -> Self {
        Self {
            action: action.name.clone(),
            who: Who::of(session),
            given: redacted(given, &action.params_schema),
            // None were shown if the action is not about machines.
            targets: confirmed
                .filter(|ids| !ids.is_empty())
                .map(<[String]>::to_vec)
                .or_else(|| named(given)),
            confirmed: confirmed.is_some(),
        }
    }

    /// The line before the call.
    pub(super) fn before(&self, call_id: &str) -> String {
        let document = head("before", call_id, &self.action);
        self.who
            .write(document)
            .member("targets", &self.targets)
            .member("reference", self.given.get("reference"))
            .member("comment", self.given.get("comment"))
            .member("params", &self.given)
            .member("confirmed", self.confirmed)
            .finish()
    }
}

/// The line after the call.
pub(super) fn after(call_id: &str, action: &str, end: End<'_>) -> String {
    ended(head("after", call_id, action), end)
}

/// The same of a call that was gone on with: who did so.
pub(super) fn resumed(call_id: &str, action: &str, who: &Who, end: End<'_>) -> String {
    ended(who.write(head("after", call_id, action)).member("resumed", true), end)
}

/// The line of a call that is not gone on with any more: who has said so, and where its targets
/// are, a list as JSON text.
pub(super) fn forgotten(
    call_id: &str,
    action: &str,
    who: &Who,
    targets: &str,
    may_be_carried_out: bool,
) -> String {
    who.write(head("after", call_id, action))
        .member("forgotten", true)
        .member("outcome", "interrupted")
        .member("maybeCarriedOut", may_be_carried_out)
        .raw("targets", targets)
        .finish()
}

fn ended(document: Document, end: End<'_>) -> String {
    let outcome = match end {
        End::Done(_) | End::Fetched(_) => "ok",
        End::Failed { failure, .. } if failure.is_interruption() => "interrupted",
        End::Failed { .. } => "error",
        End::Unseen => "interrupted",
    };
    // It tells of the action and not of the program, which has its result yet to write.
    let document = document.member("outcome", outcome);
    let document = match end {
        End::Done(outcome) => end::done(document, outcome),
        End::Fetched(details) => end::fetched(document, details),
        End::Failed { failure, may_be_carried_out } => {
            end::failed(document, failure.error(), may_be_carried_out)
        }
        End::Unseen => document,
    };
    document.finish()
}

fn head(phase: &str, call_id: &str, action: &str) -> Document {
    // The clock's year has four digits: it can be written.
    let time = OffsetDateTime::now_utc().format(&Rfc3339).ok();
    Document::new()
        .member("time", time)
        .member("phase", phase)
        .member("callId", call_id)
        .member("action", action)
}

/// The machines that are named by their IDs.
fn named(given: &Map<String, Value>) -> Option<Vec<String>> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    match (given.get("id"), given.get("ids")) {
        (Some(id), _) => Some(vec![text(id)?]),
        (None, Some(Value::Array(ids))) => ids.iter().map(text).collect(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use host_harness::{ErrorKind, Job, JobState, Outcome, Retry, Usage, Warning};
    use serde_json::json;

    use super::*;
    use crate::failure::Failure;

    fn parse(line: &str) -> Value {
        assert!(!line.contains('\n'), "one line");
        serde_json::from_str(line).expect("JSON")
    }

    fn failed_end(failure: &Failure, may_be_carried_out: bool) -> End<'_> {
        End::Failed { failure, may_be_carried_out }
    }

    fn outcome(data: &str) -> Outcome {
        let job = Job { id: "m".into(), state: JobState::Pending, adopted: false };
        let usage = Usage {
            call_id: "id".into(),
            requests: 1,
            retries: 0,
            request_bytes: 0,
            response_bytes: 0,
            waited: std::time::Duration::ZERO,
        };
        Outcome { data: data.into(), job: Some(job), usage, warnings: vec![] }
    }

    #[test]
    fn an_end_says_what_became_of_each_machine_and_keeps_no_data() {
        let many = r#"{"results":[
            {
                "target":{"id":"a"},"status":"ok","data":{"secret":1},"job":{"id":"m","state":"pending"}
            },
            {"target":{"id":"b"},"status":"error","error":{"kind":"conflict","message":"x"}}]}"#;
        let line = parse(&after("c", "isolateHost", End::Done(&outcome(many))));
        assert_eq!((&line["phase"], &line["outcome"]), (&json!("after"), &json!("ok")));
        assert_eq!(
            line["targets"],
            json!([
                {"target": {"id": "a"}, "status": "ok", "job": {"id": "m", "state": "pending"}},
                {"target": {"id": "b"}, "status": "error", "job": null, "errorKind": "conflict"},
            ])
        );
        assert!(OffsetDateTime::parse(line["time"].as_str().expect("a time"), &Rfc3339).is_ok());
        let one = parse(&after("c", "isolateHost", End::Done(&outcome(r#"{"machineId":"a"}"#))));
        assert_eq!(one["job"], json!({"id": "m", "state": "pending", "adopted": false}));
        assert_eq!((&one["machineId"], one.get("warnings")), (&json!("a"), None));
        assert_eq!(one["clientRequestId"], "id");
        let warning = Warning { code: "w".into(), message: "Look.".into(), details: None };
        let warned = Outcome { warnings: vec![warning], ..outcome("{}") };
        let warned = parse(&after("c", "isolateHost", End::Done(&warned)));
        assert_eq!(warned["warnings"], json!([{"code": "w", "message": "Look.", "details": null}]));
    }

    #[test]
    fn a_failure_and_an_interruption_are_distinguished_from_success() {
        let failure = Failure::local("broken").details(r#"{"machineAction":{"id":"m"}}"#.into());
        let line = parse(&after("c", "isolateHost", failed_end(&failure, false)));
        assert_eq!(
            (&line["outcome"], &line["error"]["maybeCarriedOut"]),
            (&json!("error"), &json!(false))
        );
        assert_eq!(
            (&line["error"]["kind"], &line["machineAction"]["id"]),
            (&json!("internal"), &json!("m"))
        );
        let failure = Failure::interrupted(ErrorKind::Unfinished, Retry::Unknown, "left");
        let line = parse(&after("c", "isolateHost", failed_end(&failure, false)));
        assert_eq!(
            (&line["outcome"], &line["error"]["kind"]),
            (&json!("interrupted"), &json!("unfinished"))
        );
        let line = parse(&after("c", "isolateHost", End::Unseen));
        assert_eq!((&line["outcome"], line.get("error")), (&json!("interrupted"), None));
    }

    #[test]
    fn what_was_sent_says_whether_it_may_have_been_carried_out() {
        let details =
            r#"{"maybeCarriedOut":true,"targets":[{"state":"running","job":{"id":"m"}}]}"#;
        let failure = Failure::local("the file cannot be written").more_details(details);
        let line = parse(&after("c", "runScript", failed_end(&failure, false)));
        assert_eq!(
            (&line["error"]["maybeCarriedOut"], &line["targets"][0]["job"]["id"]),
            (&json!(true), &json!("m"))
        );
        let line = parse(&after("c", "runScript", End::Fetched(details)));
        assert_eq!(
            (&line["outcome"], &line["targets"][0]["job"]["id"]),
            (&json!("ok"), &json!("m"))
        );
    }

    #[test]
    fn it_was_not_carried_out_only_if_nothing_was_sent_or_all_was_refused() {
        let maybe = |failure: Failure, sent| {
            parse(
                &after("c", "isolateHost", failed_end(&failure, sent))
            )["error"]["maybeCarriedOut"].clone()
        };
        let error = |kind, details: &str| {
            Failure::interrupted(kind, Retry::Never, "x").details(details.into())
        };
        for (kind, details, sent, want) in [
            (ErrorKind::Rejected, "{}", true, true),
            (ErrorKind::Rejected, "{}", false, false),
            (ErrorKind::ActionFailed, r#"{"machineAction":{"id":"m"}}"#, false, true),
            (ErrorKind::Conflict, r#"{"machineAction":{"id":"m"}}"#, false, false),
            (ErrorKind::ActionFailed, r#"{"results":[{"job":null},{"job":{}}]}"#, false, true),
            (
                ErrorKind::ActionFailed,
                r#"{"results":[{"error":{"retry":"unknown"}}]}"#,
                false,
                true,
            ),
            (ErrorKind::ActionFailed, r#"{"results":[{"error":{"retry":"never"}}]}"#, false, false),
            (
                ErrorKind::ActionFailed,
                r#"{"results":"[{\"job\":{\"id\":\"\\ud83d\"}}]"}"#,
                false,
                true,
            ),
        ] {
            assert_eq!(maybe(error(kind, details), sent), want, "{kind:?} {details} {sent}");
        }
    }

    #[test]
    fn a_result_that_cannot_be_decoded_keeps_its_targets() {
        let record =
            r#"{"target":{"id":"a\ud83d"},"status":"ok","data":{"n":1e400},"job":{"id":"m"}}"#;
        let target = json!([{"target": {"id": "a\u{fffd}"}, "status": "ok", "job": {"id": "m"}}]);
        let done = format!(r#"{{"results":[{record}]}}"#);
        assert_eq!(
            parse(&after("c", "isolateHost", End::Done(&outcome(&done))))["targets"],
            target
        );
        for as_text in [done, format!("[{record}]")] {
            let failure = Failure::local("x").details(json!({ "results": as_text }).to_string());
            assert_eq!(
                parse(&after("c", "isolateHost", failed_end(&failure, false)))["targets"],
                target
            );
        }
        let failure =
            Failure::local("x").details(r#"{"results":[{"id":"7","isFailed":true}]}"#.into());
        let line = parse(&after("c", "importIndicators", failed_end(&failure, false)));
        assert_eq!(line["targets"], json!([{"id": "7", "isFailed": true}]));
        let line = parse(&after("c", "isolateHost", End::Done(&outcome("{oops"))));
        assert_eq!(line["unreadableResult"], true);
    }

    #[test]
    fn machines_named_by_id_are_known_before_the_call() {
        let given = |value: Value| value.as_object().cloned().expect("an object");
        assert_eq!(named(&given(json!({ "id": "a" }))), Some(vec!["a".to_owned()]));
        assert_eq!(
            named(&given(json!({ "ids": ["a", "b"] }))),
            Some(vec!["a".to_owned(), "b".to_owned()])
        );
        assert_eq!(named(&given(json!({ "host": { "ip": "10.0.0.1" } }))), None);
    }
}
