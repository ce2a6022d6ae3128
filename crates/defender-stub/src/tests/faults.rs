//! Faults, without sockets: which requests they match, how often, and whether the request is
//! carried out.

use std::time::Duration;

use super::super::{Delivery, Fault, FaultKind, GatewayPage};
use super::*;

const ISOLATE: &str = "POST /api/machines/{id}/isolate";

fn client(fault: Fault) -> Client {
    let client = Client::new(Scenario::default());
    client.service.add_fault(fault);
    client
}

#[test]
fn replaced_responses_leave_nothing_done_unless_requested() {
    let kinds = [
        FaultKind::Status {
            status: 500,
            headers: vec![("x-a".to_owned(), "b".to_owned())],
            body: "{}".to_owned(),
        },
        FaultKind::Html { status: 502 },
        FaultKind::Page { page: GatewayPage::Rejected, status: 200 },
        FaultKind::Entra {
            code: 900_382,
            error: "invalid_request".to_owned(),
            message: "m".to_owned(),
            status: 400,
            crlf: true,
            claims: None,
        },
        FaultKind::ApiManagement { status: 404, message: "Resource not found".to_owned() },
        FaultKind::Empty { status: 503 },
        FaultKind::Throttle { retry_after: Some(7), code: "429".to_owned() },
        FaultKind::Unauthorized,
        FaultKind::NotFound,
        FaultKind::Redirect { location: "https://elsewhere.invalid/".to_owned(), status: 307 },
        FaultKind::ResetBefore,
    ];
    for kind in kinds {
        for is_done in [false, true] {
            let fault = Fault::new(ISOLATE, kind.clone());
            let client = client(if is_done { fault.carried_out() } else { fault });
            let reply = client.isolate(demo::WINDOWS);
            assert_ne!(reply.status, 201, "{kind:?}");
            assert_eq!(client.service.machine_actions().len(), usize::from(is_done), "{kind:?}");
            assert_eq!(client.service.ledger()[1].faults, [kind.name()]);
            assert_eq!(client.isolate(demo::MAC).status, 201);
        }
    }
}

#[test]
fn spoilt_answers_come_after_the_deed() {
    let trials = [
        (FaultKind::ResetAfter, Delivery::Reset),
        (FaultKind::Truncate { bytes: 10 }, Delivery::Truncated(10)),
        (FaultKind::Endless, Delivery::Endless),
        (FaultKind::Garbage { text: "{".to_owned() }, Delivery::Whole),
        (FaultKind::Oversize { bytes: 100_000 }, Delivery::Whole),
        (FaultKind::Gzip, Delivery::Whole),
    ];
    for (kind, delivery) in trials {
        let client = client(Fault::new(ISOLATE, kind.clone()));
        let reply = client.isolate(demo::WINDOWS);
        assert_eq!((reply.status, reply.delivery), (201, delivery), "{kind:?}");
        assert_eq!(client.service.machine_actions().len(), 1);
        if matches!(kind, FaultKind::Oversize { .. }) {
            assert_eq!((reply.body.len(), &body(&reply)["type"]), (100_000, &json!("Isolate")));
        }
    }
}

#[test]
fn faults_are_counted_and_queue_up() {
    let client =
        client(Fault::new("GET /api/machineactions/*", FaultKind::NotFound).skip(1).times(2));
    client.service.add_fault(Fault::new("*", FaultKind::Delay { ms: 5 }).always());
    client
        .service
        .add_fault(Fault::new("GET /api/machineactions/{id}", FaultKind::Empty { status: 503 }));
    let id = body(&client.isolate(demo::WINDOWS))["id"].as_str().unwrap().to_owned();
    let replies: Vec<Reply> =
        (0..5).map(|_| client.get(&format!("/api/machineactions/{id}"))).collect();
    let statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
    assert_eq!(statuses, [503, 404, 404, 200, 200]);
    assert!(replies.iter().all(|reply| reply.delay == Duration::from_millis(5)));
    client.service.clear_faults();
    assert_eq!(client.get(&format!("/api/machineactions/{id}")).delay, Duration::ZERO);
}

#[test]
fn a_fault_that_made_no_difference_is_reported_even_if_it_was_lifted() {
    let client = client(Fault::new("GET /api/machines", FaultKind::NotFound));
    let replace = |find: &str| FaultKind::Replace { find: find.to_owned(), with: "x".to_owned() };
    let without_effect = [
        Fault::new("GET /api/machines", FaultKind::Gzip).skip(3),
        Fault::new("GET /api/machine", FaultKind::Delay { ms: 1 }),
        Fault::new("GET /api/machines", replace("no such text")),
        Fault::new(
            "GET /api/machines",
            FaultKind::CutShort { records: 9, next_link: false, count: false },
        ),
    ];
    for fault in without_effect
        .into_iter()
        .chain([Fault::new("GET /api/machines", replace("ResourceNotFound"))])
    {
        client.service.add_fault(fault);
    }
    let unmatched =
        || client.service.unmatched_faults().iter().map(Fault::to_string).collect::<Vec<_>>();
    assert_eq!(unmatched().len(), 6);
    client.get("/api/machines");
    client.get("/api/machines?$top=2");
    let expected = [
        "gzip on GET /api/machines (skip 3)",
        "delay on GET /api/machine",
        "replace on GET /api/machines",
        "cutShort on GET /api/machines",
    ];
    assert_eq!(unmatched(), expected);
    client.service.clear_faults();
    assert_eq!(unmatched(), expected);
}

#[test]
fn login_and_storage_can_fail_too() {
    let service = Service::new(Scenario {
        faults: vec![Fault::new(
            "POST /{tenant}/oauth2/v2.0/token",
            FaultKind::Throttle { retry_after: Some(3), code: String::new() },
        )],
        ..Scenario::default()
    });
    let reply = service.answer(&sign_in(SCOPE, demo::CLIENT_SECRET));
    assert_eq!((reply.status, reply.header("retry-after")), (429, Some("3")));
    assert_eq!(body(&reply)["error"], "temporarily_unavailable");
    service.add_fault(Fault::new("GET /results/{action}/{index}", FaultKind::NotFound));
    let blob = Request::new("GET", "https://stubresults.blob.core.windows.net/results/a/0");
    assert_eq!(service.answer(&blob).status, 404);
    assert_eq!(service.answer(&blob).status, 403);
}

#[test]
fn pages_can_be_endless() {
    let client = client(Fault::new("GET /api/machines", FaultKind::EndlessPages).always());
    let mut link = format!("{API}/api/machines");
    for _ in 0..3 {
        let page = body(&client.service.answer(&client.with_token(Request::new("GET", &link))));
        let next = page["@odata.nextLink"].as_str().unwrap().to_owned();
        assert_ne!(next, link);
        link = next;
    }
}

#[test]
fn scenarios_are_read_strictly() {
    let text = json!({
        "roles": ["Machine.Read.All"], "pendingSeconds": 0, "duplicateIsolate": "return-pending",
        "token": { "expiresIn": "absent" },
        "outcomes": [{ "type": "Isolate", "status": "TimeOut" }],
        "machines": [{ "id": "a", "computerDnsName": "b", "online": false }], "nextLink": "looping",
        "faults": [
            { "on": "*", "kind": "resetAfter" },
            { "on": "GET /api/machines", "times": 2, "kind": { "throttle": { "retryAfter": 1 } } },
            { "on": "*", "kind": { "garbage": {} } },
        ],
    });
    let scenario: Scenario = serde_json::from_value(text).unwrap();
    assert_eq!((scenario.machines.len(), scenario.faults.len()), (1, 3));
    assert!(serde_json::from_value::<Scenario>(json!({ "pendingSecond": 1 })).is_err());
    assert!(
        serde_json::from_value::<Scenario>(json!({ "faults": [{ "on": "*", "kind": "melt" }] }))
            .is_err()
    );
}
