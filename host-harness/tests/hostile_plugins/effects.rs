//! Requests that change something, in calls that may only read.

use host_harness::egress::Egress;
use host_harness::operation::{
    FileJournal, Journal, NextStep, NoJournal, Operation, OperationError,
};
use host_harness::{CallError, Connector, Host, PluginError, RefusalReason, Retry};

use crate::server::Server;
use crate::world::{PATIENT, World, builder};

const ISOLATE: &str = "api/machines/m1/isolate";

fn params(server: &Server, more: &str) -> String {
    format!(r#"{{"url": "{}{ISOLATE}"{more}}}"#, server.url())
}

async fn polite() -> (Server, World) {
    let server = Server::polite().await;
    let world = World::with(server.way().build().unwrap());
    (server, world)
}

fn error(answer: Result<impl std::fmt::Debug, CallError>) -> PluginError {
    match answer.unwrap_err() {
        CallError::Plugin(error) => *error,
        other => unreachable!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_that_is_called_a_read_sends_no_change() {
    let (server, world) = polite().await;
    for (action, more) in [
        ("read", ""),
        ("unlisted", ""),
        ("disrupt", r#", "dryRun": true"#),
        ("read", r#", "method": "DELETE""#),
        ("read", r#", "method": "PATCH""#),
        ("read", r#", "method": "QUERY""#),
        ("read", r#", "method": "get""#),
        ("read", r#", "method": "GET", "override": "POST""#),
        ("read", r#", "form": "grant_type=client_credentials""#),
    ] {
        assert_eq!(
            world.said(action, &params(&server, more)).await,
            "HttpRequestDenied",
            "{action} {more}"
        );
    }
    assert!(server.heard().is_empty(), "{:?}", server.heard());
    // What may change something, and what reads, is sent.
    for (action, more) in [("change", ""), ("disrupt", ""), ("disrupt", r#", "dryRun": false"#)] {
        assert_eq!(world.said(action, &params(&server, more)).await, "200", "{action} {more}");
    }
    assert_eq!(world.said("read", &params(&server, r#", "method": "GET""#)).await, "200");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_result_says_what_was_refused() {
    let (server, world) = polite().await;
    let refused = |refused: &[host_harness::Refusal]| {
        let [refusal] = refused else { unreachable!("{refused:?}") };
        assert_eq!(refusal.reason, RefusalReason::ReadsOnly);
        assert_eq!(
            (refusal.method.as_str(), refusal.path.as_str()),
            ("POST", "/api/machines/m1/isolate")
        );
    };
    let failed = error(world.hostile.execute("read", &params(&server, r#", "lying": "1""#)).await);
    refused(&failed.refused);
    assert_eq!(failed.retry, Retry::Never);
    let outcome = world.hostile.execute("read", &params(&server, "")).await.unwrap();
    assert_eq!(outcome.warnings[0].code, "request-refused");
    refused(&[serde_json::from_str(outcome.warnings[0].details.as_deref().unwrap()).unwrap()]);
    let outcome = world.hostile.execute("answer", "").await.unwrap();
    assert!(outcome.warnings.is_empty(), "it is of an earlier call");
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_configure_nor_test_nor_a_plan_sends_a_change() {
    let (server, world) = polite().await;
    let connector = &world.hostile;
    let configured = connector.configure(&params(&server, ""), "{}").await.unwrap();
    assert_eq!(configured.origins[0].pattern, "HttpRequestDenied");
    let report = connector.test().await.unwrap();
    assert_eq!(report.steps[0].detail, "HttpRequestDenied");
    let planned = connector.plan("change", &params(&server, r#", "x": "in-plan""#)).await.unwrap();
    assert_eq!(planned.outcome.unwrap().unwrap().data, "HttpRequestDenied");
    assert_eq!(planned.facts.refused.len(), 1);
    assert!(server.heard().is_empty(), "{:?}", server.heard());
}

async fn operation(connector: &Connector, action: &str, params: &str) -> Operation<NoJournal> {
    Operation::start(connector.clone(), action, params, NoJournal).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_step_that_sends_sends_a_change_and_no_step_of_a_read_does() {
    let (server, world) = polite().await;
    // Of `look` the plugin says that it looks; of `read` that it sends.
    for action in ["look", "read", "unlisted"] {
        let operation = operation(&world.hostile, action, &params(&server, "")).await;
        let outcome = operation.finish().await.unwrap();
        assert_eq!(outcome.data, "HttpRequestDenied", "{action}");
        assert_eq!(outcome.warnings.len(), 1, "{action}");
    }
    let dry = operation(&world.hostile, "disrupt", &params(&server, r#", "dryRun": true"#)).await;
    assert_eq!(dry.finish().await.unwrap().data, "HttpRequestDenied");
    let planned = world.hostile.plan("change", &params(&server, "")).await.unwrap();
    let recovered = world.hostile.recover(&planned.checkpoint).await.unwrap();
    assert_eq!(recovered.outcome.unwrap().unwrap().data, "HttpRequestDenied");
    let looked = world.hostile.advance(&[planned.checkpoint], NextStep::Look).await.unwrap();
    let looked = looked.into_iter().next().unwrap().unwrap();
    assert_eq!(looked.outcome.unwrap().unwrap().data, "HttpRequestDenied");
    assert!(server.heard().is_empty(), "{:?}", server.heard());
    let change = operation(&world.hostile, "change", &params(&server, "")).await;
    assert_eq!(change.finish().await.unwrap().data, "200");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_that_only_reads_does_so_after_a_restart() {
    let (server, world) = polite().await;
    let folder = tempfile::tempdir().unwrap();
    let journal = || FileJournal::open(folder.path()).unwrap();
    let read = params(&server, "");
    let started = Operation::start(world.hostile.clone(), "read", &read, journal()).await.unwrap();
    drop(started);
    let mut kept = journal();
    assert!(kept.load().await.unwrap().only_reads);
    let resumed = Operation::resume(world.neighbour.clone(), kept).await.unwrap();
    assert_eq!(resumed.finish().await.unwrap().data, "HttpRequestDenied");
    assert!(server.heard().is_empty(), "{:?}", server.heard());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_request_is_sent_where_the_connector_signs_in_and_no_other_form() {
    let (server, world) = polite().await;
    let origin = server.url();
    let origin = origin.trim_end_matches('/');
    let sign_in = format!(r#"{{"url": "{origin}/", "method": "GET", "signIn": "{origin}"}}"#);
    world.hostile.configure(&sign_in, "{}").await.unwrap();
    let form = |path: &str, form: &str| format!(r#"{{"url": "{origin}{path}", "form": "{form}"}}"#);
    for (path, content, expected) in [
        ("/t/oauth2/v2.0/token", "grant_type=client_credentials&scope=x", "200"),
        ("/t/oauth2/v2.0/token", "scope=x", "HttpRequestDenied"),
        ("/t/oauth2/v2.0/token", "grant_type=&scope=x", "HttpRequestDenied"),
        ("/t/oauth2/v2.0/token", "grant_type=a&grant_type=b", "HttpRequestDenied"),
        ("/api/machines/m1/isolate", "grant_type=client_credentials", "HttpRequestDenied"),
        ("/api/machines/m1/isolate?x=/token", "grant_type=a", "HttpRequestDenied"),
    ] {
        let answer = world.hostile.execute("read", &form(path, content)).await.unwrap();
        assert_eq!(answer.data, expected, "{path} {content}");
    }
    // Other settings sign in elsewhere.
    world.hostile.configure("{}", "{}").await.unwrap();
    let answer =
        world.hostile.execute("read", &form("/oauth2/token", "grant_type=a")).await.unwrap();
    assert_eq!(answer.data, "HttpRequestDenied");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_plugin_posts_as_a_read_what_its_operator_lists() {
    let server = Server::polite().await;
    let host: Host = builder().read_posts(["/queries/run"]).build().unwrap();
    let connector = host.with_egress(server.way().build().unwrap()).connector("c");
    for (path, expected) in [
        ("queries/run", "200"),
        ("base/queries/run?x=1", "200"),
        ("queries/run/m1", "HttpRequestDenied"),
        ("api/machines/m1/isolate", "HttpRequestDenied"),
        ("isolate;/queries/run", "HttpRequestDenied"),
    ] {
        let url = format!(r#"{{"url": "{}{path}"}}"#, server.url());
        assert_eq!(connector.execute("read", &url).await.unwrap().data, expected, "{path}");
    }
    assert!(builder().read_posts(["queries"]).build().is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_may_have_been_carried_out_whatever_the_plugin_says() {
    let (server, world) = polite().await;
    for more in ["", r#", "form": "a=b""#, r#", "form": "grant_type=client_credentials""#] {
        let lie = params(&server, &format!(r#"{more}, "lying": "1""#));
        let failed = world.hostile.execute("change", &lie).await.unwrap_err();
        assert!(failed.may_have_been_carried_out(), "{more}");
        let mut operation = operation(&world.hostile, "change", &lie).await;
        operation.step().await.unwrap();
        assert!(operation.progress().facts.changes_sent, "{more}");
        let OperationError::Plugin(failed) = operation.finish().await.unwrap_err() else {
            unreachable!()
        };
        assert!(failed.may_have_been_carried_out(), "{more}");
    }
    let refusing = Server::with_head(&["HTTP/1.1 403 No", "content-length: 0"]).await;
    let connector = PATIENT.with_egress(refusing.way().build().unwrap()).connector("c");
    let lie = params(&refusing, r#", "lying": "1""#);
    assert!(!connector.execute("change", &lie).await.unwrap_err().may_have_been_carried_out());
    let closed = PATIENT.with_egress(Egress::closed()).connector("c");
    assert!(!closed.execute("change", &lie).await.unwrap_err().may_have_been_carried_out());
}
