//! Thousands of random calls with random faults: the connector's core, natively, against the stub's state machine.
//!
//! What must hold whatever goes wrong (DESIGN §5): one call carries out at most one disruptive request; a success is proven by the
//! service's own record; what was or may have been carried out is never called "not carried out"; what the service said is not
//! lost; the call ends by its deadline. A schedule that fails is shrunk and printed; `PROPTEST_CASES=100000` runs more of them.

mod network;
mod schedule;

use std::time::Duration;

use defender_connector::clock::Clock;
use defender_connector::connector::Connector;
use defender_connector::error::{Error, Kind, Retry};
use defender_connector::outcome::Outcome;
use host_harness::stub::{Duplicate, Entry, Scenario, Service};
use proptest::prelude::*;
use serde_json::{Value, json};

use network::Simulated;
use schedule::{Step, schedules};

/// Schedules a run; `PROPTEST_CASES` sets another number.
const SCHEDULES: u32 = 2000;

const CALL_TIMEOUT: Duration = Duration::from_secs(120);

/// What a call may take longer: it notices the deadline between two pieces of a body.
const SLACK: Duration = Duration::from_secs(31);

/// What the service does with a request for what is under way already: both have been seen.
fn duplicates() -> impl Strategy<Value = Duplicate> {
    prop_oneof![Just(Duplicate::Reject), Just(Duplicate::ReturnPending)]
}

fn cases() -> ProptestConfig {
    let default = ProptestConfig::default();
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    ProptestConfig { cases: if asked { default.cases } else { SCHEDULES }, failure_persistence: None, ..default }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn whatever_goes_wrong_the_rules_hold(schedule in schedules(), duplicate in duplicates()) {
        let service = Service::new(Scenario { duplicate_isolate: duplicate, ..Scenario::default() });
        let world = Simulated::new(service.clone());
        let mut connector = Connector::default();
        let secret = service.with_scenario(|scenario| scenario.client_secret.clone());
        let (tenant, client) = service.with_scenario(|scenario| (scenario.tenant_id.clone(), scenario.client_id.clone()));
        let limits = json!({ "callTimeoutSeconds": CALL_TIMEOUT.as_secs(), "maxResponseBytes": 100_000 });
        let config = json!({ "tenantId": tenant, "clientId": client, "limits": limits });
        connector.configure(&config.to_string(), &json!({ "clientSecret": secret }).to_string()).unwrap();
        for step in &schedule {
            world.sleep(Duration::from_secs(step.pause));
            if step.revoked {
                service.revoke_tokens();
            }
            service.clear_faults();
            step.faults.iter().cloned().for_each(|fault| service.add_fault(fault));
            world.refused.set(step.refused);
            let before = Before { actions: service.machine_actions().len(), sent: service.ledger().len(), time: world.elapsed() };
            let answer = connector.execute(step.action, &step.params.to_string(), &world, &world);
            judge(step, &answer.map(|(outcome, _)| outcome), &before, &world, duplicate)?;
        }
    }
}

struct Before {
    actions: usize,
    sent: usize,
    time: Duration,
}

fn judge(
    step: &Step,
    answer: &Result<Outcome, Error>,
    before: &Before,
    world: &Simulated,
    duplicate: Duplicate,
) -> Result<(), TestCaseError> {
    let actions = world.service.machine_actions();
    let carried_out = &actions[before.actions..];
    let ledger = world.service.ledger();
    let sent = &ledger[before.sent..];
    prop_assert!(carried_out.len() <= 1, "carried out {} times: {:?}", carried_out.len(), answer);
    prop_assert!(world.elapsed() - before.time <= CALL_TIMEOUT + SLACK, "took {:?}", world.elapsed() - before.time);
    for entry in sent {
        prop_assert_eq!(entry.has_bearer, entry.host == "api.security.microsoft.com", "{:?}", entry);
    }
    match answer {
        Ok(outcome) => success(step, outcome, carried_out, &actions, duplicate),
        Err(error) => failure(error, carried_out, sent),
    }
}

/// A success of a disruptive action is proven by the service's own record of this very call.
fn success(
    step: &Step,
    outcome: &Outcome,
    carried_out: &[Value],
    actions: &[Value],
    duplicate: Duplicate,
) -> Result<(), TestCaseError> {
    let data: Value = serde_json::from_str(&outcome.data).unwrap();
    let Some(started) = &outcome.machine_action else {
        prop_assert!(carried_out.is_empty());
        return Ok(());
    };
    let record = actions.iter().find(|action| action["id"] == started.id.as_str());
    prop_assert!(record.is_some(), "{} is no action of the service: {}", started.id, data);
    let record = record.unwrap_or(&Value::Null);
    prop_assert_eq!(&record["machineId"], &step.params["id"]);
    prop_assert_eq!(&record["requestorComment"], &step.params["comment"]);
    match carried_out {
        [ours] => prop_assert_eq!(&ours["id"], &json!(started.id)),
        // The service gave the action that is under way already: the same in every respect, or it is not ours.
        _ => prop_assert_eq!(
            duplicate,
            Duplicate::ReturnPending,
            "a success that this call did not bring about: {}",
            data
        ),
    }
    Ok(())
}

/// A failure never says that nothing was done when something was, and keeps what the service said last.
fn failure(error: &Error, carried_out: &[Value], sent: &[Entry]) -> Result<(), TestCaseError> {
    if !carried_out.is_empty() {
        prop_assert_eq!(error.retry, Retry::Unknown, "it was carried out: {:?}", error);
    }
    let last = sent.last().filter(|entry| entry.status >= 400 && delivered(entry));
    // A look-up after a conflict is not what the failure is about.
    if let Some(last) = last.filter(|_| error.kind != Kind::Conflict && error.kind != Kind::TimedOut) {
        prop_assert_eq!(error.status, Some(last.status), "{:?} after {:?}", error, last);
        prop_assert!(
            error.request_id.is_some()
                || last.faults.contains(&"status")
                || last.faults.contains(&"html")
                || last.faults.contains(&"empty"),
            "{:?}",
            error
        );
    }
    Ok(())
}

/// Whether the head of an answer came through.
fn delivered(entry: &Entry) -> bool {
    let lost = ["resetBefore", "resetAfter", "delay"];
    !entry.faults.iter().any(|fault| lost.contains(fault))
}
