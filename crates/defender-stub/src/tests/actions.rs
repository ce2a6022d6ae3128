//! The order of checks, and the life of a machine action.

use std::time::Duration;

use super::super::{Duplicate, Ending, IsolateAgain, Outcome};
use super::*;

fn status_of(client: &Client, action: &Value) -> String {
    let reply = client.get(&format!("/api/machineactions/{}", action["id"].as_str().unwrap()));
    body(&reply)["status"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn checks_come_in_their_order() {
    let client = Client::new(Scenario::default());
    let nobody = json_post("/api/machines/none/isolate", &json!({ "comment": "wrong case" }));
    assert_eq!(refusal(&client.service.answer(&nobody)), refused(401, "Unauthorized"));

    client.service.set_roles(["Machine.Read.All"]);
    let mut reader = Client { service: client.service.clone(), token: String::new() };
    reader.sign_in();
    let reply = reader.service.answer(&reader.with_token(nobody.clone()));
    assert_eq!(refusal(&reply), refused(403, "Forbidden"));
    let text = "Missing application roles. API required roles: Machine.Isolate, application roles: Machine.Read.All.";
    assert_eq!(body(&reply)["error"]["message"], text);

    let reply = client.service.answer(&client.with_token(nobody));
    assert_eq!(refusal(&reply), refused(404, "ResourceNotFound"));
    assert_eq!(reply.header("request-id"), body(&reply)["error"]["target"].as_str());

    let path = format!("/API/v1.0/Machines/{}/ISOLATE", demo::WINDOWS.to_uppercase());
    let trials = [
        (json!({ "comment": "wrong case" }), refused(400, "InvalidRequestBody")),
        (json!({ "Comment": "x", "Extra": 1 }), refused(400, "InvalidRequestBody")),
        (json!({ "Comment": 1 }), refused(400, "InvalidRequestBody")),
        (json!({ "IsolationType": "Full" }), refused(400, "MissingRequiredParameter")),
        (json!({ "Comment": "x", "IsolationType": "full" }), refused(400, "InvalidInput")),
    ];
    for (sent, expected) in trials {
        assert_eq!(refusal(&client.post(&path, &sent)), expected, "{sent}");
    }
    assert_eq!(client.post(&path, &json!({ "Comment": "x" })).status, 201);
    assert_eq!(
        refusal(&client.post(&path, &json!({ "Comment": "x" }))),
        refused(400, "ActiveRequestAlreadyExists")
    );
    assert_eq!(client.service.sent("POST /api/machines/{id}/isolate"), 10);
}

#[test]
fn methods_bodies_and_paths_are_checked() {
    let client = Client::new(Scenario::default());
    let head = Request::new("HEAD", &format!("{API}/api/machines"));
    let reply = client.service.answer(&client.with_token(head));
    assert_eq!((reply.status, reply.header("allow")), (405, Some("GET")));
    let with_body = Request::new("GET", &format!("{API}/api/machines")).body("{}");
    assert_eq!(
        refusal(&client.service.answer(&client.with_token(with_body))),
        refused(400, "BadRequest")
    );
    assert_eq!(refusal(&client.get("/api/nothing")), refused(404, "NotFound"));
    let path = format!("/api/machines/{}/isolate", demo::WINDOWS);
    let untyped = Request::new("POST", &format!("{API}{path}")).body("{\"Comment\":\"x\"}");
    assert_eq!(
        refusal(&client.service.answer(&client.with_token(untyped))),
        refused(400, "InvalidRequestBody")
    );
    assert_eq!(
        client.service.answer(&Request::new("GET", "https://elsewhere.example/")).status,
        421
    );
}

#[test]
fn an_action_runs_its_course() {
    let client = Client::new(Scenario { propagation_seconds: 0.5, ..Scenario::default() });
    let action = body(&client.isolate(demo::WINDOWS));
    assert_eq!((&action["status"], &action["scope"]), (&json!("Pending"), &json!("Full")));
    let path = format!("/api/machineactions/{}", action["id"].as_str().unwrap());
    assert_eq!(refusal(&client.get(&path)), refused(404, "ResourceNotFound"));
    assert_eq!(body(&client.get("/api/machineactions"))["value"], json!([]));
    client.service.advance(Duration::from_millis(600));
    assert_eq!(status_of(&client, &action), "Pending");
    client.service.advance(Duration::from_secs(1));
    assert_eq!(status_of(&client, &action), "InProgress");
    client.service.advance(Duration::from_secs(2));
    assert_eq!(status_of(&client, &action), "Succeeded");
    assert_eq!(client.isolate(demo::WINDOWS).status, 201);
    assert_eq!(client.service.machine_actions().len(), 2);
}

#[test]
fn outcomes_and_offline_devices() {
    let failure = Outcome {
        kind: Some("Isolate".to_owned()),
        machine_id: Some(demo::MAC.to_owned()),
        status: Ending::Failed,
        error_h_result: -2_147_024_891,
        command: 0,
        result_is_lost: false,
    };
    let client = Client::new(Scenario { outcomes: vec![failure], ..Scenario::default() });
    let failing = body(&client.isolate(demo::MAC));
    let waiting = body(&client.isolate(demo::OFFLINE));
    client.service.advance(Duration::from_secs(10));
    assert_eq!(status_of(&client, &failing), "Failed");
    assert_eq!(client.service.machine_actions()[0]["errorHResult"], -2_147_024_891);
    assert_eq!(status_of(&client, &waiting), "Pending");
    client.service.advance(Duration::from_secs(72 * 3600));
    let mut later = Client { service: client.service.clone(), token: String::new() };
    later.sign_in();
    assert_eq!(status_of(&later, &waiting), "TimeOut");
}

#[test]
fn duplicates_and_repeats_follow_their_knobs() {
    let client = Client::new(Scenario {
        duplicate_isolate: Duplicate::ReturnPending,
        ..Scenario::default()
    });
    let first = body(&client.isolate(demo::WINDOWS));
    let second = client.isolate(demo::WINDOWS);
    assert_eq!((second.status, &body(&second)["id"]), (200, &first["id"]));

    let client = Client::new(Scenario { isolate_again: IsolateAgain::Hang, ..Scenario::default() });
    client.isolate(demo::WINDOWS);
    client.service.advance(Duration::from_secs(5));
    let again = body(&client.isolate(demo::WINDOWS));
    client.service.advance(Duration::from_secs(600));
    assert_eq!(status_of(&client, &again), "Pending");
}

#[test]
fn platforms_and_enrolment_are_checked() {
    let client = Client::new(Scenario::default());
    let isolate = |id: &str, kind: &str| {
        client.post(
            &format!("/api/machines/{id}/isolate"),
            &json!({ "Comment": "x", "IsolationType": kind }),
        )
    };
    assert_eq!(refusal(&isolate(demo::LINUX, "Selective")), refused(400, "OsPlatformNotSupported"));
    assert_eq!(
        refusal(&isolate(demo::NOT_ONBOARDED, "Full")),
        refused(400, "ClientVersionNotSupported")
    );
    assert_eq!(isolate(demo::NOT_ONBOARDED, "UnManagedDevice").status, 201);
    assert_eq!(isolate(demo::MAC, "Selective").status, 201);
}

#[test]
fn only_open_actions_can_be_cancelled() {
    let client = Client::new(Scenario::default());
    let action = body(&client.isolate(demo::WINDOWS));
    let path = format!("/api/machineactions/{}/cancel", action["id"].as_str().unwrap());
    assert_eq!(refusal(&client.post(&path, &json!({}))), refused(400, "MissingRequiredParameter"));
    let cancelled = client.post(&path, &json!({ "Comment": "mistake" }));
    assert_eq!((cancelled.status, &body(&cancelled)["status"]), (200, &json!("Cancelled")));
    assert_eq!(body(&cancelled)["cancellationComment"], "mistake");
    assert_eq!(
        refusal(&client.post(&path, &json!({ "Comment": "again" }))),
        refused(400, "BadRequest")
    );
    let none = client.post("/api/machineactions/none/cancel", &json!({ "Comment": "x" }));
    assert_eq!(refusal(&none), refused(404, "ResourceNotFound"));
    assert_eq!(client.isolate(demo::WINDOWS).status, 201);
}

#[test]
fn budgets_are_enforced_when_asked_for() {
    let client = Client::new(Scenario { enforce_rate_limits: true, ..Scenario::default() });
    let replies: Vec<u16> =
        (0..101).map(|_| client.get("/api/machineactions?$top=1").status).collect();
    assert!(replies[..100].iter().all(|status| *status == 200));
    let refused = client.get("/api/machineactions?$top=1");
    assert_eq!((replies[100], refused.status), (429, 429));
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait));
    client.service.advance(Duration::from_secs(61));
    assert_eq!(client.get("/api/machineactions?$top=1").status, 200);
}
