//! Errors: a request that may have been carried out is not sent twice, and the service's details
//! are not lost.

use std::time::Duration;

use defender_stub::{CommentRewrite, Duplicate, Fault, FaultKind, Scenario};
use host_harness::{ErrorKind, ErrorSource, Retry};
use serde_json::json;

use crate::world::{MACHINE, TestEnv, details, is};

const ISOLATE: &str = "POST /api/machines/{id}/isolate";
const DETAILS: &str = "GET /api/machines/{id}";

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_is_not_asked_for_again() {
    let lost = || Fault::new(ISOLATE, FaultKind::Html { status: 502 }).carried_out();
    let faults = [
        (Fault::new(ISOLATE, FaultKind::ResetAfter), ErrorKind::Unreachable, None),
        (Fault::new(ISOLATE, FaultKind::Truncate { bytes: 20 }), ErrorKind::Unreachable, Some(201)),
        (lost(), ErrorKind::Unavailable, Some(502)),
        (
            Fault::new(ISOLATE, FaultKind::Garbage { text: "<html>".into() }),
            ErrorKind::MalformedResponse,
            Some(201),
        ),
        (
            Fault::new(ISOLATE, FaultKind::Garbage { text: "{}".into() }),
            ErrorKind::MalformedResponse,
            Some(201),
        ),
        (
            Fault::new(ISOLATE, FaultKind::Garbage { text: "[]".into() }),
            ErrorKind::MalformedResponse,
            Some(201),
        ),
        (
            Fault::new(ISOLATE, FaultKind::Garbage { text: String::new() }),
            ErrorKind::MalformedResponse,
            Some(201),
        ),
        (Fault::new(ISOLATE, FaultKind::Gzip), ErrorKind::MalformedResponse, Some(201)),
    ];
    for (fault, kind, status) in faults {
        let env = TestEnv::start().await;
        let name = format!("{fault:?}");
        let lost = fault.clone();
        env.service().add_fault(fault);
        // It was carried out, and the service's record proves it.
        let action = env.isolate().await.unwrap().job.unwrap();
        assert!(action.adopted, "{name}");
        assert_eq!(env.service().sent(ISOLATE), 1, "{name}");
        assert_eq!(env.service().machine_actions()[0]["id"], json!(action.id), "{name}");
        assert_eq!(env.service().machine_actions().len(), 1, "{name}");

        // Without a visible record, the result is unknown.
        let hidden = Scenario { propagation_seconds: 120.0, ..Scenario::default() };
        let env =
            TestEnv::configured(hidden, json!({ "limits": { "callTimeoutSeconds": 2 } })).await;
        env.service().add_fault(lost);
        let error = env.isolate().await.unwrap_err();
        assert_eq!(
            (error.kind, error.status, error.retry),
            (kind, status, Retry::Unknown),
            "{name}: {error:?}"
        );
        assert_eq!(
            (env.service().sent(ISOLATE), env.service().machine_actions().len()),
            (1, 1),
            "{name}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_fails_is_not_asked_twice_to_isolate() {
    for status in [500, 502, 503, 504] {
        // It searches for the action until the time limit and finds none.
        let limits = json!({ "limits": { "callTimeoutSeconds": 3 } });
        let env = TestEnv::configured(Scenario::default(), limits).await;
        env.fault(ISOLATE, FaultKind::Html { status });
        let error = env.isolate().await.unwrap_err();
        is(&error, ErrorKind::Unavailable);
        assert_eq!(
            (error.status, error.retry, env.service().sent(ISOLATE)),
            (Some(status), Retry::Unknown, 1)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_throttled_request_waits_as_retry_after_says_and_is_sent_again() {
    let env = TestEnv::start().await;
    for code in ["TooManyRequests", "429"] {
        env.fault(ISOLATE, FaultKind::Throttle { retry_after: Some(1), code: code.into() });
    }
    let outcome = env.isolate().await.unwrap();
    assert_eq!(outcome.usage.retries, 2);
    assert!(outcome.usage.waited.as_secs() >= 2, "{:?}", outcome.usage);
    assert_eq!(env.service().machine_actions().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_that_the_deadline_does_not_allow_is_reported_at_once() {
    let env =
        TestEnv::configured(Scenario::default(), json!({ "limits": { "callTimeoutSeconds": 20 } }))
            .await;
    env.fault(
        ISOLATE,
        FaultKind::Throttle { retry_after: Some(30), code: "TooManyRequests".into() },
    );
    let error = env.isolate().await.unwrap_err();
    is(&error, ErrorKind::Throttled);
    assert_eq!((error.status, error.retry), (Some(429), Retry::After(Duration::from_secs(30))));
    assert_eq!(error.code.as_deref(), Some("TooManyRequests"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_is_tried_again() {
    let env = TestEnv::start().await;
    env.fault(DETAILS, FaultKind::ResetBefore);
    env.fault(
        DETAILS,
        FaultKind::Status {
            status: 503,
            headers: vec![("retry-after".into(), "0".into())],
            body: String::new(),
        },
    );
    env.details().await.unwrap();
    assert_eq!(env.service().sent(DETAILS), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_make_no_sense_keep_status_and_request_id() {
    for text in ["", "<html>gateway</html>", "[]", "7", "{\"id\":[7]}", "{\"value\":", "\u{0}"] {
        let env = TestEnv::start().await;
        env.fault(DETAILS, FaultKind::Garbage { text: text.into() });
        let error = env.details().await.unwrap_err();
        is(&error, ErrorKind::MalformedResponse);
        assert_eq!(error.status, Some(200), "{text:?}");
        assert!(error.request_id.is_some(), "{text:?}: {error:?}");
        assert!(!error.message.contains("gateway"), "{error:?}");
    }
    for status in [400, 403, 404, 418] {
        let env = TestEnv::start().await;
        env.fault(DETAILS, FaultKind::Html { status });
        let error = env.details().await.unwrap_err();
        assert_eq!(error.status, Some(status));
        assert!(!format!("{error:?}").contains("<html"), "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_service_does_not_know_is_not_found() {
    let env = TestEnv::start().await;
    let error = env.error("getAgentDetails", json!({ "id": "0".repeat(40) })).await;
    is(&error, ErrorKind::NotFound);
    assert_eq!(
        (error.status, error.retry, error.source),
        (Some(404), Retry::Never, ErrorSource::User)
    );
    assert!(error.code.is_some() && error.request_id.is_some(), "{error:?}");
    assert!(details(&error)["serviceMessage"].is_string(), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_permission_is_named() {
    let env = TestEnv::start().await;
    env.service().set_roles(["Machine.Read.All"]);
    let error = env.isolate().await.unwrap_err();
    is(&error, ErrorKind::Forbidden);
    let details = details(&error);
    assert_eq!(
        (&details["required"], &details["granted"]),
        (&json!([["Machine.Isolate"]]), &json!(["Machine.Read.All"]))
    );
    assert_eq!((error.status, env.service().sent(ISOLATE)), (Some(403), 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_isolation_is_a_conflict_that_names_the_first() {
    for duplicate_isolate in [Duplicate::Reject, Duplicate::ReturnPending] {
        let env = TestEnv::with(Scenario { duplicate_isolate, ..Scenario::default() }).await;
        let first = env.isolate().await.unwrap().job.unwrap().id;
        let again = json!({ "id": MACHINE, "comment": "another user's case" });
        let error = env.error("isolateHost", again).await;
        is(&error, ErrorKind::Conflict);
        assert_eq!(error.retry, Retry::Unknown);
        assert_eq!(details(&error)["machineAction"]["id"], json!(first), "{duplicate_isolate:?}");
        assert_eq!(env.service().machine_actions().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_service_created_is_ours_whatever_its_comment_became() {
    let replaced = CommentRewrite::Replace { text: "Requested through the API".to_owned() };
    let env =
        TestEnv::with(Scenario { comment_rewrites: vec![replaced], ..Scenario::default() }).await;
    let outcome = env.isolate().await.unwrap();
    let made = env.service().machine_actions().remove(0);
    assert_eq!(outcome.job.unwrap().id, made["id"].as_str().unwrap());
    assert!(
        outcome.warnings.iter().any(|warning| warning.code == "comment-differs"),
        "{:?}",
        outcome.warnings
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_does_not_come_is_a_timeout() {
    let limits = json!({
        "limits": { "responseTimeoutSeconds": 1, "maxRetries": 0, "callTimeoutSeconds": 2 }
    });
    let env =
        TestEnv::configured(Scenario { propagation_seconds: 60.0, ..Scenario::default() }, limits)
            .await;
    env.details().await.unwrap();
    for (on, retry) in [(ISOLATE, Retry::Unknown), (DETAILS, Retry::After(Duration::from_secs(5)))]
    {
        env.fault(on, FaultKind::Delay { ms: 3000 });
        let started = std::time::Instant::now();
        let error =
            if on == ISOLATE { env.isolate().await } else { env.details().await }.unwrap_err();
        is(&error, ErrorKind::TimedOut);
        assert_eq!(error.retry, retry);
        assert!(started.elapsed() < Duration::from_secs(3), "{on}");
    }
    assert_eq!(env.service().sent(ISOLATE), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_stalls_or_never_ends_is_given_up() {
    let limits = json!({
        "limits": { "callTimeoutSeconds": 2, "maxResponseBytes": 60_000_000, "maxRetries": 0 }
    });
    let env = TestEnv::configured(Scenario::default(), limits).await;
    env.details().await.unwrap();
    env.fault(DETAILS, FaultKind::Endless);
    let error = env.details().await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::TimedOut | ErrorKind::MalformedResponse), "{error:?}");
    env.details().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_over_the_limit_is_refused_and_the_limit_named() {
    let env = TestEnv::configured(
        Scenario::default(),
        json!({ "limits": { "maxResponseBytes": 10_000 } }),
    )
    .await;
    env.fault(DETAILS, FaultKind::Oversize { bytes: 10_001 });
    let error = env.details().await.unwrap_err();
    is(&error, ErrorKind::MalformedResponse);
    assert!(
        error.message.contains("maxResponseBytes") && error.message.contains("10000"),
        "{error:?}"
    );
    env.details().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn redirects_are_not_followed() {
    let env = TestEnv::start().await;
    for status in [301, 302, 307, 308] {
        let location = "https://api.security.microsoft.com/api/machines".to_owned();
        env.fault(DETAILS, FaultKind::Redirect { location, status });
        let error = env.details().await.unwrap_err();
        is(&error, ErrorKind::MalformedResponse);
        assert_eq!(error.status, Some(status));
    }
    assert_eq!(env.service().sent("GET /api/machines"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_can_fix_it_follows_the_status() {
    let env = TestEnv::start().await;
    env.details().await.unwrap();
    for status in [400, 401, 402, 403, 404, 407, 409, 412, 413, 417, 422, 423, 451] {
        env.service().add_fault(Fault::new(DETAILS, FaultKind::Empty { status }).times(2));
        let error = env.details().await.unwrap_err();
        assert_eq!((error.source, error.status), (ErrorSource::User, Some(status)), "{error:?}");
        env.service().clear_faults();
    }
    for status in [500, 501] {
        env.fault(DETAILS, FaultKind::Empty { status });
        let error = env.details().await.unwrap_err();
        assert_eq!((error.source, error.status), (ErrorSource::Service, Some(status)), "{error:?}");
    }
}
