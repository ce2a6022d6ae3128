//! Thousands of random calls with random faults: the connector's core, natively, against the stub's state machine.
//!
//! What must hold whatever goes wrong (DESIGN §5): one call carries out at most one disruptive request; a success is proven by the
//! service's own record; what was or may have been carried out is never called "not carried out"; what the service said is not
//! lost; the call ends by its deadline. A schedule that fails is shrunk and printed; `PROPTEST_CASES=100000` runs more of them.

mod judge;
mod network;
mod schedule;

use std::time::Duration;

use defender_connector::clock::Clock;
use defender_connector::connector::Connector;
use host_harness::stub::{Duplicate, Scenario, Service};
use proptest::prelude::*;
use serde_json::json;

use judge::{Before, CALL_TIMEOUT, judge};
use network::Simulated;
use schedule::schedules;

/// Schedules a run; `PROPTEST_CASES` sets another number.
const SCHEDULES: u32 = 2000;

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
    fn whatever_goes_wrong_the_rules_hold(schedule in schedules(), duplicate in duplicates(), hidden in 0_u32..4) {
        // How long a new machine action is missing from reads.
        let propagation_seconds = [0.0, 0.0, 2.0, 90.0][hidden as usize];
        let service = Service::new(Scenario { duplicate_isolate: duplicate, propagation_seconds, ..Scenario::default() });
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
            let before = Before { actions: service.machine_actions(), sent: service.ledger().len(), time: world.elapsed() };
            let answer = connector.execute(step.action, &step.params.to_string(), &world, &world);
            judge(step, &answer.map(|(outcome, _)| outcome), &before, &world, duplicate)?;
        }
    }
}
