//! The connector over a scripted network and a clock of its own: what goes out, what comes back, what is never sent again.

use std::cell::Cell;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::Connector;
use crate::clock::Clock;
use crate::error::{Error, Kind, Retry};
use crate::outcome::{Outcome, State, Usage};
use crate::transport::scripted::Scripted;
use crate::transport::{Cause, TransportError};

/// A clock that stands still unless somebody waits.
struct Still(Cell<Duration>);

impl Clock for Still {
    fn unix(&self) -> Duration {
        Duration::from_secs(1_000_000) + self.0.get()
    }

    fn elapsed(&self) -> Duration {
        self.0.get()
    }

    fn sleep(&self, time: Duration) {
        self.0.set(self.0.get() + time);
    }
}

struct Bench {
    connector: Connector,
    network: Scripted,
    clock: Still,
}

const SECRET: &str = "hunter2-hunter2";
const MACHINE: &str = r#"{"id":"m1","computerDnsName":"ws","x":{"b":1,"a":[1.50,null]}}"#;
const ISOLATING: &str = r#"{"id":"a1","type":"Isolate","status":"Pending","machineId":"m1","requestorComment":"c"}"#;

fn token(roles: &[&str]) -> String {
    let claims = json!({ "aud": "https://api.securitycenter.microsoft.com", "roles": roles, "exp": 2_000_000 });
    format!("eyJhbGciOiJub25lIn0.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

fn bench() -> Bench {
    bench_with(json!({}), json!({ "clientSecret": SECRET }))
}

fn bench_with(limits: Value, secrets: Value) -> Bench {
    let mut connector = Connector::default();
    let config = json!({ "clientId": "app", "tenantId": "contoso.example", "limits": limits });
    connector.configure(&config.to_string(), &secrets.to_string()).unwrap();
    Bench { connector, network: Scripted::default(), clock: Still(Cell::new(Duration::ZERO)) }
}

impl Bench {
    fn signed_in(self) -> Self {
        self.token(json!(3600));
        self
    }

    fn token(&self, expires_in: Value) {
        let answer =
            json!({ "token_type": "Bearer", "access_token": token(&["Machine.Read.All"]), "expires_in": expires_in });
        self.network.answer(200, &answer.to_string());
    }

    fn call(&mut self, action: &str, params: Value) -> Result<(Outcome, Usage), Error> {
        self.connector.execute(action, &params.to_string(), &self.network, &self.clock)
    }

    fn details(&mut self) -> Result<Value, Error> {
        let (outcome, _) = self.call("getAgentDetails", json!({ "id": "m1" }))?;
        Ok(serde_json::from_str(&outcome.data).unwrap())
    }

    fn isolate(&mut self) -> Result<(Outcome, Usage), Error> {
        self.call("isolateHost", json!({ "id": "m1", "comment": "c" }))
    }

    /// Requests other than those for tokens.
    fn sent(&self) -> Vec<String> {
        self.network.lines().into_iter().filter(|line| !line.contains("/oauth2/")).collect()
    }
}

#[test]
fn a_token_is_asked_for_once_and_members_pass_through_untouched() {
    let mut bench = bench().signed_in();
    bench.network.answer(200, MACHINE);
    bench.network.answer(200, MACHINE);
    let (outcome, usage) = bench.call("getAgentDetails", json!({ "id": "m1" })).unwrap();
    assert_eq!(outcome.data, MACHINE);
    assert_eq!((usage.requests, usage.retries, usage.response_bytes > 0), (2, 0, true));
    bench.details().unwrap();
    let log = bench.network.log();
    assert_eq!(
        bench.network.lines(),
        [
            "POST https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token",
            "GET https://api.security.microsoft.com/api/machines/m1",
            "GET https://api.security.microsoft.com/api/machines/m1",
        ]
    );
    let form: Vec<(String, String)> = url::form_urlencoded::parse(log[0].body.as_bytes()).into_owned().collect();
    let pairs = [
        ("grant_type", "client_credentials"),
        ("client_id", "app"),
        ("scope", "https://api.securitycenter.microsoft.com/.default"),
        ("client_secret", SECRET),
    ];
    assert_eq!(form, pairs.map(|(k, v)| (k.to_owned(), v.to_owned())));
    assert_eq!(log[0].header("authorization"), None);
    assert_eq!(log[1].header("authorization"), Some(format!("Bearer {}", token(&["Machine.Read.All"])).as_str()));
    assert_eq!((log[1].body.as_str(), log[1].header("content-type")), ("", None));
}

#[test]
fn tokens_are_renewed_before_they_end_however_their_life_is_written() {
    for (expires_in, fresh, stale) in [
        (json!(3600), 3299, 3300),
        (json!("3600"), 3299, 3300),
        (json!(3599.7), 3298, 3299),
        (Value::Null, 3299, 3300),
        // A short life is not eaten up by the margin.
        (json!(100), 74, 75),
    ] {
        for (wait, tokens) in [(fresh, 1), (stale, 2)] {
            let mut bench = bench();
            bench.token(expires_in.clone());
            bench.network.answer(200, MACHINE);
            bench.details().unwrap();
            bench.clock.sleep(Duration::from_secs(wait));
            if tokens == 2 {
                bench.token(json!(3600));
            }
            bench.network.answer(200, MACHINE);
            bench.details().unwrap();
            let asked = bench.network.lines().len() - bench.sent().len();
            assert_eq!(asked, tokens, "{expires_in} after {wait} s");
        }
    }
}

#[test]
fn a_401_costs_one_new_token_and_no_more() {
    for body in ["", "<html>", r#"{"error":{"code":"Unauthorized","message":"m","target":"|t-1."}}"#] {
        let mut bench = bench().signed_in();
        bench.network.answer(401, body);
        bench.token(json!(3600));
        bench.network.answer(200, MACHINE);
        bench.details().unwrap();

        let mut bench = self::bench().signed_in();
        bench.network.answer(401, body);
        bench.token(json!(3600));
        bench.network.answer(401, body);
        let error = bench.isolate().unwrap_err();
        assert_eq!((error.kind, error.status, error.retry), (Kind::Unauthenticated, Some(401), Retry::Never));
        assert_eq!(bench.sent().len(), 2);
        if body.contains("target") {
            assert_eq!((error.code.as_deref(), error.request_id.as_deref()), (Some("Unauthorized"), Some("t-1")));
        }
    }
}

#[test]
fn a_token_of_the_host_is_used_as_it_is_and_cannot_be_renewed() {
    let mut bench = bench_with(json!({}), json!({ "accessToken": token(&[]) }));
    bench.network.answer(401, "");
    assert_eq!(bench.details().unwrap_err().kind, Kind::Unauthenticated);
    assert_eq!(bench.network.lines().len(), 1);
    assert_eq!(bench.connector.save(), None);
}

#[test]
fn the_login_server_s_refusals_say_what_to_do() {
    let body = json!({ "error": "invalid_client", "error_codes": [7_000_215], "trace_id": "trace",
        "error_description": format!("AADSTS7000215: Invalid client secret {SECRET} provided.\r\nTrace ID: x") });
    let mut bench = bench();
    bench.network.answer(401, &body.to_string());
    let error = bench.isolate().unwrap_err();
    assert_eq!((error.kind, error.status, error.retry), (Kind::Unauthenticated, Some(401), Retry::Never));
    assert_eq!((error.code.as_deref(), error.request_id.as_deref()), (Some("AADSTS7000215"), Some("trace")));
    assert!(error.message.contains("value, not its ID"), "{}", error.message);
    assert!(!format!("{error:?}").contains(SECRET), "{error:?}");
    assert_eq!(bench.network.lines().len(), 1, "a refused sign-in is not repeated");
}

#[test]
fn sign_ins_that_make_no_sense_are_no_tokens() {
    for body in [
        "",
        "{}",
        "<html>",
        r#"{"access_token":""}"#,
        r#"{"access_token":"a b"}"#,
        r#"{"access_token":"a","token_type":"mac"}"#,
        r#"{"access_token":"a","expires_in":"soon"}"#,
    ] {
        let mut bench = bench();
        bench.network.answer(200, body);
        let error = bench.isolate().unwrap_err();
        assert_eq!((error.kind, error.status), (Kind::MalformedResponse, Some(200)), "{body}");
        assert!(bench.sent().is_empty());
    }
}

#[test]
fn what_may_have_been_carried_out_is_sent_once() {
    let failures = [Cause::Broken, Cause::ResponseTimeout, Cause::Protocol];
    for cause in failures {
        let mut bench = bench().signed_in();
        bench.network.fail(TransportError::maybe_sent(cause));
        let error = bench.isolate().unwrap_err();
        assert_eq!((error.retry, bench.sent().len()), (Retry::Unknown, 1), "{cause:?}");
        assert!(error.message.contains("may have been carried out"), "{}", error.message);
    }
    for (status, body) in
        [(500, ""), (502, "<html>"), (503, "{}"), (504, ""), (200, ""), (201, "{}"), (201, "[]"), (204, ""), (302, "")]
    {
        let mut bench = bench().signed_in();
        bench.network.answer_with(status, &[("request-id", "r-1")], body);
        let error = bench.isolate().unwrap_err();
        assert_eq!((error.retry, error.status, bench.sent().len()), (Retry::Unknown, Some(status), 1));
        assert_eq!(error.request_id.as_deref(), Some("r-1"));
    }
    let mut bench = bench().signed_in();
    bench.network.cut(201, &ISOLATING[..20]);
    let error = bench.isolate().unwrap_err();
    assert_eq!((error.kind, error.retry, error.status), (Kind::Unreachable, Retry::Unknown, Some(201)));
}

#[test]
fn what_was_not_carried_out_is_sent_again() {
    let mut bench = bench().signed_in();
    bench.network.fail(TransportError::not_sent(Cause::Connect));
    bench.network.answer_with(429, &[("retry-after", "7")], r#"{"error":{"code":"429","message":"quota"}}"#);
    bench.network.answer(201, ISOLATING);
    let (outcome, usage) = bench.isolate().unwrap();
    assert_eq!(outcome.machine_action.unwrap().state, State::Pending);
    assert_eq!((usage.requests, usage.retries), (4, 2));
    assert!((8_000..9_000).contains(&usage.waited_ms), "{}", usage.waited_ms);
}

#[test]
fn a_wait_that_would_pass_the_deadline_is_told_at_once() {
    let mut bench = bench_with(json!({ "callTimeoutSeconds": 30 }), json!({ "clientSecret": SECRET })).signed_in();
    bench.network.answer_with(429, &[("retry-after", "40")], "");
    let error = bench.isolate().unwrap_err();
    assert_eq!((error.kind, error.retry, error.status), (Kind::Throttled, Retry::After(40_000), Some(429)));
    assert_eq!(bench.clock.elapsed(), Duration::ZERO);
}

#[test]
fn reads_are_repeated_within_their_number() {
    let mut bench = bench_with(json!({ "maxRetries": 2 }), json!({ "clientSecret": SECRET })).signed_in();
    bench.network.answer(503, "");
    bench.network.fail(TransportError::maybe_sent(Cause::Broken));
    bench.network.answer(200, MACHINE);
    bench.details().unwrap();
    for _ in 0..3 {
        bench.network.answer(503, "");
    }
    let error = bench.details().unwrap_err();
    assert_eq!((error.kind, error.status), (Kind::Unavailable, Some(503)));
    assert_eq!(bench.sent().len(), 6);
}

#[test]
fn an_action_of_somebody_else_is_never_taken_for_ours() {
    let other = |name: &str, value: &str| {
        let mut action: Value = serde_json::from_str(ISOLATING).unwrap();
        action[name] = value.into();
        action.to_string()
    };
    for answer in [other("type", "Unisolate"), other("machineId", "m2"), other("requestorComment", "somebody else's")] {
        let mut bench = bench().signed_in();
        bench.network.answer(201, &answer);
        let error = bench.isolate().unwrap_err();
        assert_eq!((error.kind, error.status, error.retry), (Kind::Conflict, Some(201), Retry::Unknown), "{answer}");
        assert_eq!(error.details.clone().unwrap()["machineAction"]["id"], "a1");
    }
    for status in ["Failed", "TimeOut", "Cancelled"] {
        let mut bench = bench().signed_in();
        bench.network.answer(201, &other("status", status));
        assert_eq!(bench.isolate().unwrap_err().kind, Kind::ActionFailed, "{status}");
    }
    let mut bench = bench().signed_in();
    bench.network.answer(201, &other("status", "Queued"));
    assert_eq!(bench.isolate().unwrap().0.machine_action.unwrap().state, State::Unknown);
}

#[test]
fn a_running_action_is_named_in_the_conflict() {
    let mut bench = bench().signed_in();
    bench.network.answer(
        400,
        r#"{"error":{"code":"ActiveRequestAlreadyExists","message":"Action is already in progress","target":"t"}}"#,
    );
    bench.network.answer(
        200,
        r#"{"value":[{"id":"b","type":"LiveResponse"},{"id":"a","type":"Isolate","status":"InProgress"}]}"#,
    );
    let error = bench.isolate().unwrap_err();
    assert_eq!(
        (error.kind, error.status, error.code.as_deref()),
        (Kind::Conflict, Some(400), Some("ActiveRequestAlreadyExists"))
    );
    let details = error.details.clone().unwrap();
    assert_eq!(
        (&details["machineAction"]["id"], &details["serviceMessage"]),
        (&json!("a"), &json!("Action is already in progress"))
    );
}

#[test]
fn a_403_names_what_is_required_and_what_is_granted() {
    let mut bench = bench().signed_in();
    bench.network.answer(403, "<html>forbidden</html>");
    let error = bench.isolate().unwrap_err();
    assert_eq!((error.kind, error.status), (Kind::Forbidden, Some(403)));
    assert_eq!(
        error.into_failure().details.unwrap(),
        json!({ "required": [["Machine.Isolate"]], "granted": ["Machine.Read.All"] })
    );
}

#[test]
fn lists_that_the_service_calls_not_found_are_empty_and_other_404s_are_not() {
    let mut bench = bench().signed_in();
    bench.network.answer(404, r#"{"error":{"code":"ResourceNotFound","message":"none"}}"#);
    let (outcome, _) = bench.call("getAgentList", json!({ "pageSize": 5 })).unwrap();
    assert_eq!(outcome.data, r#"{"value":[],"page":1,"pageSize":5,"total":0}"#);
    bench.network.answer(404, "<html>");
    assert_eq!(bench.call("getAgentList", json!({})).unwrap_err().kind, Kind::NotFound);
    bench.network.answer(200, r#"{"@odata.context":"x","page":9,"value":[{"z":1}],"@odata.nextLink":"n"}"#);
    let (outcome, _) = bench.call("getAgentList", json!({})).unwrap();
    assert_eq!(
        outcome.data,
        r#"{"@odata.context":"x","value":[{"z":1}],"@odata.nextLink":"n","page":1,"pageSize":20,"total":-1}"#
    );
}

#[test]
fn links_to_other_hosts_are_not_followed_and_no_credentials_go_to_storage() {
    let link = "https://x.blob.core.windows.net/r/a%20b.json?sig=SIGNATURE";
    let mut bench = bench().signed_in();
    bench.network.answer(200, &json!({ "value": link }).to_string());
    bench.network.answer(200, r#"{"script_name":"a.ps1","exit_code":0,"script_output":"ok","script_errors":""}"#);
    let (outcome, _) = bench.call("getActionResults", json!({ "id": "a1" })).unwrap();
    assert!(outcome.data.contains(r#""script_output":"ok""#));
    let log = bench.network.log();
    assert!(
        log[1].line.ends_with("/api/machineactions/a1/GetLiveResponseResultDownloadLink(index=0)"),
        "{}",
        log[1].line
    );
    assert_eq!((log[2].line.as_str(), log[2].header("authorization")), (format!("GET {link}").as_str(), None));

    for link in [
        "https://evil.example/?sig=SIGNATURE",
        "http://x.blob.core.windows.net/",
        "https://a:pw-SIGNATURE@x.blob.core.windows.net/",
        "https://169.254.169.254/",
    ] {
        bench.network.answer(200, &json!({ "value": link }).to_string());
        let error = bench.call("getActionResults", json!({ "id": "a1" })).unwrap_err();
        assert_eq!(error.kind, Kind::Denied, "{link}");
        assert!(!format!("{error:?}").contains("SIGNATURE"), "{error:?}");
    }
    for value in [Value::Null, json!(""), json!("\"\"")] {
        bench.network.answer(200, &json!({ "value": value }).to_string());
        let error = bench.call("getActionResults", json!({ "id": "a1" })).unwrap_err();
        assert_eq!(error.kind, Kind::NotFound);
        assert!(error.message.contains("\"a1\""), "{}", error.message);
    }
}

#[test]
fn answers_are_bounded() {
    let mut bench = bench_with(json!({ "maxResponseBytes": 1024 }), json!({ "clientSecret": SECRET })).signed_in();
    bench.network.answer(200, &" ".repeat(1025));
    let error = bench.details().unwrap_err();
    assert_eq!(error.kind, Kind::MalformedResponse);
    assert!(error.message.contains("1024") && error.message.contains("maxResponseBytes"), "{}", error.message);
}

#[test]
fn a_session_goes_to_an_instance_with_the_same_settings_only() {
    let mut first = bench().signed_in();
    first.network.answer(200, MACHINE);
    first.details().unwrap();
    let snapshot = first.connector.save().unwrap();

    let mut second = bench();
    second.connector.restore(&snapshot).unwrap();
    second.network.answer(200, MACHINE);
    second.details().unwrap();
    assert_eq!(second.network.lines().len(), 1, "no sign-in");

    let mut other = Connector::default();
    assert_eq!(other.restore(&snapshot).unwrap_err().kind, Kind::NotConfigured);
    let config = json!({ "clientId": "other", "tenantId": "contoso.example" }).to_string();
    other.configure(&config, &json!({ "clientSecret": SECRET }).to_string()).unwrap();
    for text in [snapshot.as_str(), "", "{}", "nonsense"] {
        let error = other.restore(text).unwrap_err();
        assert_eq!(error.kind, Kind::InvalidParams);
        assert!(!error.message.contains("eyJ"), "{}", error.message);
    }
}

#[test]
fn nothing_is_sent_for_parameters_that_do_not_conform() {
    let mut bench = bench();
    for params in [r#"{"id":".."}"#, r#"{"id":"a/b"}"#, r#"{"id":""}"#, r#"{"ID":"x"}"#, "[]", "{", "7"] {
        let error = bench.connector.execute("getAgentDetails", params, &bench.network, &bench.clock).unwrap_err();
        assert_eq!(error.kind, Kind::InvalidParams, "{params}");
    }
    let error = bench.call("isolatehost", json!({})).unwrap_err();
    assert_eq!(error.kind, Kind::UnknownAction);
    assert!(error.message.contains("`isolateHost`"), "{}", error.message);
    assert!(bench.network.lines().is_empty());
}

#[test]
fn an_answer_for_another_machine_is_told_whatever_its_name() {
    let answer = |name: Value| {
        json!({ "id": "a1", "type": "Isolate", "status": "Pending", "machineId": "m2", "computerDnsName": name })
            .to_string()
    };
    for name in [Value::Null, json!(""), json!("ws.example"), json!("m1x.example")] {
        let mut bench = bench().signed_in();
        bench.network.answer(201, &answer(name.clone()));
        assert_eq!(bench.isolate().unwrap_err().kind, Kind::Conflict, "{name}");
    }
    // A machine may be named by its name rather than by its id.
    for name in ["m1", "M1.corp.example"] {
        let mut bench = bench().signed_in();
        bench.network.answer(201, &answer(json!(name)));
        bench.isolate().unwrap();
    }
}

#[test]
fn a_script_that_nothing_shows_to_be_ours_is_not_ours() {
    let mut bench = bench().signed_in();
    bench.network.answer(
        201,
        r#"{"id":"a","type":"LiveResponse","status":"Pending","machineId":"m1","commands":[],"requestorComment":null}"#,
    );
    let params = json!({ "id": "m1", "parameters": { "scriptName": "a.ps1" } });
    assert_eq!(bench.call("runScript", params).unwrap_err().kind, Kind::Conflict);
}

#[test]
fn the_status_counts_when_the_body_cannot_be_read() {
    let coded = [("content-encoding", "gzip"), ("retry-after", "900"), ("request-id", "r-1")];
    for (status, kind, retry) in [
        (400, Kind::Rejected, Retry::Never),
        (403, Kind::Forbidden, Retry::Never),
        (404, Kind::NotFound, Retry::Never),
        (408, Kind::Unavailable, Retry::Unknown),
        (409, Kind::Conflict, Retry::Unknown),
        (429, Kind::Throttled, Retry::After(900_000)),
    ] {
        let mut bench = bench().signed_in();
        bench.network.answer_with(status, &coded, "\u{1f}\u{8b}");
        if status == 409 {
            bench.network.answer(200, r#"{"value":[]}"#);
        }
        let error = bench.isolate().unwrap_err();
        assert_eq!((error.kind, error.retry, error.status), (kind, retry, Some(status)));
        assert_eq!(error.request_id.as_deref(), Some("r-1"), "{status}");
    }
    let mut bench = bench().signed_in();
    bench.network.cut(401, "{\"error");
    bench.token(json!(3600));
    bench.network.answer(201, ISOLATING);
    bench.isolate().unwrap();
}

#[test]
fn a_retry_after_that_cannot_be_read_is_not_disobeyed() {
    for told in ["Fri, 31 Dec 2027 23:59:59 GMT", "1.5", "99999999999999999999", "-1"] {
        let mut bench = bench().signed_in();
        bench.network.answer_with(429, &[("retry-after", told)], "");
        let error = bench.isolate().unwrap_err();
        assert_eq!((error.kind, error.retry), (Kind::Throttled, Retry::After(86_400_000)), "{told}");
        assert_eq!(bench.sent().len(), 1);
    }
}

#[test]
fn a_request_that_must_not_be_repeated_is_not_sent_in_the_last_moment() {
    let mut bench = bench_with(json!({ "callTimeoutSeconds": 20 }), json!({ "clientSecret": SECRET })).signed_in();
    bench.network.answer_with(429, &[("retry-after", "15")], "");
    let error = bench.isolate().unwrap_err();
    assert_eq!((error.kind, bench.sent().len()), (Kind::Throttled, 1));
}

#[test]
fn what_storage_says_is_kept() {
    for (status, kind) in [(403, Kind::NotFound), (404, Kind::NotFound), (400, Kind::Rejected)] {
        let mut bench = bench().signed_in();
        bench.network.answer(200, r#"{"value":"https://x.blob.core.windows.net/r?sig=s"}"#);
        bench.network.answer_with(
            status,
            &[("x-ms-error-code", "AuthenticationFailed"), ("x-ms-request-id", "r")],
            "<xml>",
        );
        let error = bench.call("getActionResults", json!({ "id": "a" })).unwrap_err();
        assert_eq!(
            (error.kind, error.status, error.code.as_deref()),
            (kind, Some(status), Some("AuthenticationFailed"))
        );
        assert_eq!(error.request_id.as_deref(), Some("r"));
    }
}

#[test]
fn tokens_that_no_header_holds_are_refused() {
    let mut bench = bench();
    bench.network.answer(200, &json!({ "access_token": "a".repeat(16_385) }).to_string());
    assert_eq!(bench.details().unwrap_err().kind, Kind::MalformedResponse);
}

#[test]
fn passwords_in_urls_and_reserved_names_do_not_get_through() {
    let mut connector = Connector::default();
    for url in ["htps://user:hunter2@a.example", "https://user:hunter 2@a.example", "https://user:hunter2@a.example"] {
        let config = json!({ "clientId": "c", "tenantId": "t.example", "apiUrl": url }).to_string();
        let error = connector.configure(&config, r#"{"clientSecret":"s"}"#).unwrap_err();
        assert!(!format!("{error:?}").contains("hunter"), "{error:?}");
    }
    let mut bench = bench();
    let params = r#"{"$serde_json::private::RawValue":"{\"id\":\"m1\"}"}"#;
    let error = bench.connector.execute("getAgentDetails", params, &bench.network, &bench.clock).unwrap_err();
    assert_eq!(error.kind, Kind::InvalidParams);
}
