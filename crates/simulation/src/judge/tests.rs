//! Tests the judge with handmade outcomes: it must reject each false one and accept each true one.

mod cancellations;

use defender_connector::error::{Error, Kind, Retry};
use defender_connector::outcome::{Job, Outcome, State};
use serde_json::{Value, json};

use super::super::network::Network;
use super::super::schedule::{CallKind, Disturbance, Schedule, Step, machines};
use super::{Before, judge};
use defender_stub::{EndsAs, Fault, FaultKind, Reply, Request, Scenario, Service, demo};

const API: &str = "https://api.security.microsoft.com";
const ISOLATE: &str = "POST /api/machines/{id}/isolate";

/// A simulated world, a call in it, and the state before the call.
struct Trial {
    network: Network,
    schedule: Schedule,
    step: Step,
    before: Before,
    token: String,
}

impl Trial {
    fn new(action: &'static str, call_kind: CallKind, machine: &str, params: Value) -> Self {
        let service = Service::new(Scenario::default());
        service.with_scenario(|scenario| scenario.machines.extend(machines()));
        let form = format!(
            "grant_type=client_credentials&client_id={}&client_secret={}&scope=https%3A%2F%2Fapi.securitycenter.microsoft.com%2F.default",
            demo::CLIENT_ID,
            demo::CLIENT_SECRET
        );
        let login =
            format!("https://login.microsoftonline.com/{}/oauth2/v2.0/token", demo::TENANT_ID);
        let sign_in = Request::new("POST", &login)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        let token = service.answer(&sign_in).json_body().unwrap()["access_token"]
            .as_str()
            .unwrap()
            .to_owned();
        let schedule = Schedule { steps: Vec::new(), ..Schedule::with(0, &[]) };
        let step = Step {
            action,
            call_kind,
            machines: if machine == "none" { Vec::new() } else { vec![machine.to_owned()] },
            params,
            faults: Vec::new(),
            refused: 0,
            revoke_tokens: false,
            restart_instance: false,
            pause: 0,
            clock_step: 0,
            external: None,
            stepwise: None,
        };
        let network = Network::new(service);
        let mut trial = Self { before: Self::now(&network), network, schedule, step, token };
        trial.begin();
        trial
    }

    fn isolation() -> Self {
        Self::new(
            "isolateHost",
            CallKind::Start("Isolate"),
            demo::WINDOWS,
            json!({ "id": demo::WINDOWS, "comment": "case 1" }),
        )
    }

    fn now(network: &Network) -> Before {
        use defender_connector::clock::Clock;
        let (actions, visible) =
            (network.service.machine_actions(), network.service.visible_machine_actions());
        let sent = network.service.ledger().len();
        Before { actions, visible, sent, known: sent, time: network.elapsed() }
    }

    /// Takes the current state as the one before the call.
    fn begin(&mut self) {
        self.before = Self::now(&self.network);
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Reply {
        let request = Request::new(method, &format!("{API}{path}"));
        let request = if body.is_null() {
            request
        } else {
            request.header("content-type", "application/json; charset=utf-8").body(body.to_string())
        };
        self.network
            .service
            .answer(&request.header("authorization", format!("Bearer {}", self.token)))
    }

    fn isolate(&self, machine: &str) -> Value {
        let body = json!({ "Comment": "case 1", "IsolationType": "Full" });
        self.send("POST", &format!("/api/machines/{machine}/isolate"), &body);
        self.network.service.machine_actions().pop().unwrap()
    }

    fn fault(&self, on: &str, kind: FaultKind) {
        self.network.service.add_fault(Fault::new(on, kind));
    }

    /// Whether the judge accepts this outcome.
    fn passes(&self, answer: Result<Outcome, Error>) -> bool {
        judge(&self.step, &answer, &self.before, &self.network, &self.schedule, false).is_ok()
    }
}

/// A success reported with this machine action.
fn success(record: &Value, state: State) -> Result<Outcome, Error> {
    let id = record["id"].as_str().unwrap().to_owned();
    let mut outcome = Outcome::new(record.to_string());
    outcome.job = Some(Job { id, state, adopted: false });
    Ok(outcome)
}

fn failure(kind: Kind, retry: Retry) -> Result<Outcome, Error> {
    Err(Error::new(kind, "words are not looked at").with_retry(retry))
}

#[test]
fn a_success_is_by_an_action_of_our_own() {
    let trial = Trial::isolation();
    assert!(trial.passes(success(&trial.isolate(demo::WINDOWS), State::Pending)));
    let trial = Trial::isolation();
    trial.fault(
        ISOLATE,
        FaultKind::ByAnother { requestor: "x".to_owned(), source: "PublicApi".to_owned() },
    );
    let record = trial.isolate(demo::WINDOWS);
    assert!(!trial.passes(success(&record, State::Pending)), "another caller's");
    assert!(trial.passes(failure(Kind::Conflict, Retry::Unknown)));
    let trial = Trial::isolation();
    assert!(
        !trial.passes(success(&json!({ "id": "t", "status": "Succeeded" }), State::Succeeded)),
        "it does not exist"
    );
}

#[test]
fn what_had_ended_before_is_no_success_of_now() {
    let mut trial = Trial::isolation();
    trial.isolate(demo::WINDOWS);
    trial.network.service.advance(std::time::Duration::from_secs(60));
    let record = trial.network.service.machine_actions().remove(0);
    trial.begin();
    assert!(!trial.passes(success(&record, State::Succeeded)));
}

#[test]
fn an_end_is_the_service_s_own_and_whole() {
    let params = json!({
        "id": demo::WINDOWS, "comment": "c", "parameters": { "scriptName": "triage.ps1" }
    });
    let trial =
        || Trial::new("runScript", CallKind::Start("LiveResponse"), demo::WINDOWS, params.clone());
    let order = json!({ "Comment": "c", "Commands": [
        { "type": "RunScript", "params": [{ "key": "ScriptName", "value": "triage.ps1" }] },
    ] });
    let run = |trial: &Trial, seconds: u64| {
        trial.send("POST", &format!("/api/machines/{}/runliveresponse", demo::WINDOWS), &order);
        trial.network.service.advance(std::time::Duration::from_secs(seconds));
        trial.network.service.machine_actions().pop().unwrap()
    };
    let honest = trial();
    assert!(honest.passes(success(&run(&honest, 60), State::Succeeded)));
    let early = trial();
    assert!(!early.passes(success(&run(&early, 0), State::Succeeded)), "it goes on");
    for ends_as in [
        EndsAs { commands: Some(0), ..EndsAs::default() },
        EndsAs { script: Some("other.ps1".to_owned()), ..EndsAs::default() },
        EndsAs { becomes_machine: Some(demo::MAC.to_owned()), ..EndsAs::default() },
        EndsAs { becomes_type: Some("Isolate".to_owned()), ..EndsAs::default() },
    ] {
        let trial = trial();
        trial.network.service.with_scenario(|scenario| scenario.ends_as = vec![ends_as.clone()]);
        assert!(!trial.passes(success(&run(&trial, 60), State::Succeeded)), "{ends_as:?}");
    }
}

#[test]
fn what_was_done_is_not_called_not_done() {
    for (retry, is_true) in
        [(Retry::Never, false), (Retry::After(1000), false), (Retry::Unknown, true)]
    {
        for status in [401, 403, 429] {
            let trial = Trial::isolation();
            let fault = Fault::new(ISOLATE, FaultKind::Html { status }).carried_out();
            trial.network.service.add_fault(fault);
            trial.isolate(demo::WINDOWS);
            let error = failure(Kind::Forbidden, retry).unwrap_err().with_status(status);
            assert_eq!(trial.passes(Err(error)), is_true, "{status} {retry:?}");
        }
    }
}

#[test]
fn what_was_done_is_not_done_again() {
    let trial = Trial::isolation();
    trial
        .network
        .service
        .add_fault(Fault::new(ISOLATE, FaultKind::Html { status: 429 }).carried_out());
    trial.isolate(demo::WINDOWS);
    trial.network.service.advance(std::time::Duration::from_secs(60));
    assert!(!trial.passes(success(&trial.isolate(demo::WINDOWS), State::Pending)));
}

#[test]
fn names_that_several_machines_have_mean_none() {
    let host = json!({ "host": { "computerDnsName": "kiosk" }, "comment": "case 1" });
    let trial = Trial::new("isolateHost", CallKind::Start("Isolate"), "", host);
    assert!(trial.passes(failure(Kind::Ambiguous, Retry::Never)));
    assert!(!trial.passes(success(&trial.isolate(demo::TWIN_A), State::Pending)));
}

#[test]
fn our_own_is_no_conflict() {
    let conflict = |trial: &Trial| {
        let record = trial.isolate(demo::WINDOWS);
        Err(failure(Kind::Conflict, Retry::Unknown)
            .unwrap_err()
            .with_status(400)
            .with_code("ActiveRequestAlreadyExists".to_owned())
            .with_request_id(
                trial.network.service.ledger().pop().and_then(|entry| entry.request_id),
            )
            .with_detail("machineAction", json!({ "id": record["id"] })))
    };
    let trial = Trial::isolation();
    trial.fault(ISOLATE, FaultKind::Twice);
    assert!(!trial.passes(conflict(&trial)));
    let mut trial = Trial::isolation();
    trial.network.service.start_externally("Isolate", demo::WINDOWS);
    trial.begin();
    assert!(trial.passes(conflict(&trial)), "the other user's");
}

#[test]
fn what_is_there_is_not_called_unknown_and_what_is_left_not_deleted() {
    let mut trial = Trial::isolation();
    let record = trial.isolate(demo::WINDOWS);
    trial.step = Step {
        call_kind: CallKind::Follow,
        action: "waitForAction",
        params: json!({ "id": record["id"], "wait": {} }),
        ..trial.step
    };
    trial.before = Trial::now(&trial.network);
    assert!(!trial.passes(failure(Kind::NotFound, Retry::Never)));
    assert!(trial.passes(failure(Kind::Unfinished, Retry::Unknown)));
    let trial =
        Trial::new("deleteIndicator", CallKind::Delete, "none", json!({ "id": demo::INDICATOR }));
    assert!(!trial.passes(Ok(Outcome::new("{}".to_owned()))));
    trial.send("DELETE", &format!("/api/indicators/{}", demo::INDICATOR), &Value::Null);
    assert!(trial.passes(Ok(Outcome::new("{}".to_owned()))));
}

#[test]
fn a_list_that_was_cut_off_is_not_complete() {
    let trial = Trial::new("getAgentList", CallKind::Read, "none", json!({ "all": true }));
    trial.fault(
        "GET /api/machines",
        FaultKind::CutShort { records: 1, next_link: true, count: false },
    );
    let list = |trial: &Trial, complete: bool| {
        let mut data = trial.send("GET", "/api/machines", &Value::Null).json_body().unwrap();
        data["complete"] = json!(complete);
        Ok(Outcome::new(data.to_string()))
    };
    assert!(!trial.passes(list(&trial, true)));
    assert!(trial.passes(list(&trial, true)), "all of them");
    trial.fault("GET /api/machines", FaultKind::Partial { bytes: 1_000_000 });
    assert!(!trial.passes(list(&trial, false)), "206");
}

#[test]
fn every_disturbance_is_in_some_schedule() {
    for disturbance in Disturbance::ALL {
        assert!(
            (0..200).any(|seed| Schedule::of(seed).disturbances == [disturbance]),
            "{disturbance:?}"
        );
    }
}
