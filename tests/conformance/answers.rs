//! A call's result or error, as JSON in the table's terms.

use host_harness::operation::{Progress, Target};
use host_harness::{Configured, Job, Origin, Outcome, PluginError, Report, Retry, Usage, Warning};
use serde_json::{Value, json};

pub(super) fn gave(outcome: &Outcome) -> Value {
    let usage = &outcome.usage;
    json!({
        "data": serde_json::from_str::<Value>(&outcome.data).unwrap(),
        "job": outcome.job.as_ref().map(job),
        "warnings": outcome.warnings.iter().map(warned).collect::<Vec<_>>(),
        "usage": cost(usage),
    })
}

/// An operation between two steps.
pub(super) fn progressed(progress: &Progress) -> Value {
    json!({
        "checkpoint": progress.checkpoint,
        "next": kebab(progress.next),
        "waitMs": u64::try_from(progress.wait.as_millis()).unwrap(),
        "targets": progress.targets.iter().map(target).collect::<Vec<_>>(),
        "trouble": progress.trouble.as_ref().map(failed),
        "outcome": progress.outcome.as_ref().map(|outcome| result(outcome.as_ref(), gave)),
        "usage": cost(&progress.usage),
    })
}

/// A result inside of a value: `{ "ok": … }` or `{ "err": … }`.
pub(super) fn result<T>(result: Result<&T, &PluginError>, ok: impl Fn(&T) -> Value) -> Value {
    match result {
        Ok(value) => json!({ "ok": ok(value) }),
        Err(error) => json!({ "err": failed(error) }),
    }
}

fn target(target: &Target) -> Value {
    json!({
        "name": serde_json::from_str::<Value>(&target.name).unwrap(),
        "state": kebab(target.state),
        "job": target.job.as_ref().map(job),
        "data": target.data.as_deref().map(|text| serde_json::from_str::<Value>(text).unwrap()),
        "error": target.error.as_ref().map(failed),
    })
}

fn job(job: &Job) -> Value {
    json!({ "id": job.id, "state": kebab(job.state), "adopted": job.adopted })
}

fn warned(warning: &Warning) -> Value {
    let details =
        warning.details.as_deref().map(|text| serde_json::from_str::<Value>(text).unwrap());
    json!({ "code": warning.code, "message": warning.message, "details": details })
}

pub(super) fn configured_as(configured: &Configured) -> Value {
    let origin = |origin: &Origin| {
        json!({
            "pattern": origin.pattern, "purpose": origin.purpose, "required": origin.required
        })
    };
    json!({
        "name": configured.name,
        "origins": configured.origins.iter().map(origin).collect::<Vec<_>>()
    })
}

pub(super) fn reported(report: &Report) -> Value {
    let steps: Vec<Value> = report
        .steps
        .iter()
        .map(|step| {
            json!({
                "name": step.name, "status": kebab(step.status), "code": step.code,
                "help": step.help
            })
        })
        .collect();
    json!({ "passed": report.passed, "steps": steps })
}

pub(super) fn failed(error: &PluginError) -> Value {
    let retry = match error.retry {
        Retry::Never => "never",
        Retry::After(_) => "after",
        Retry::Unknown => "unknown",
    };
    json!({
        "kind": kebab(error.kind),
        "source": kebab(error.source),
        "retry": retry,
        "status": error.status,
        "code": error.code,
        "requestId": error.request_id,
        "details": error.details.as_deref().map(
            |text| serde_json::from_str::<Value>(text).unwrap()
        ),
        "usage": error.usage.as_ref().map(cost),
    })
}

fn cost(usage: &Usage) -> Value {
    json!({
        "callId": usage.call_id,
        "requests": usage.requests,
        "retries": usage.retries,
        "waitedMs": u64::try_from(usage.waited.as_millis()).unwrap(),
    })
}

/// `ErrorKind::NotFound`, which shows itself in one of two ways, as `not-found`.
fn kebab(value: impl std::fmt::Debug) -> String {
    let text = format!("{value:?}");
    let name = text.rsplit("::").next().unwrap_or_default();
    name.char_indices().fold(String::new(), |mut kebab, (index, letter)| {
        if letter.is_uppercase() && index > 0 {
            kebab.push('-');
        }
        kebab.extend(letter.to_lowercase());
        kebab
    })
}
