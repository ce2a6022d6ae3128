//! Two connectors on one host that talk to the same origin: whatever one of them does, the other's
//! calls succeed.

use std::collections::BTreeMap;

use defender_stub::{Fault, FaultKind, Scenario, Stub};
use host_harness::egress::Egress;
use hostile_plugins::neighbours::{BEHAVIOURS, SMALL, beside, call, server};

use crate::world::World;

/// The neighbour's calls beside each behaviour.
const CALLS: usize = 1_000;

/// Calls the neighbour and returns how its calls ended.
async fn calls(world: &World, url: &str, number: usize) -> BTreeMap<String, usize> {
    let mut ends = BTreeMap::new();
    for call in call(&world.neighbour, url, number).await {
        *ends.entry(call.end).or_default() += 1;
    }
    ends
}

#[tokio::test(flavor = "multi_thread")]
async fn a_neighbour_s_thousand_calls_all_succeed_beside_each_behaviour() {
    let (origin, way) = server().await.unwrap();
    let (egress, url) = (way.build().unwrap(), format!("{origin}/small"));
    for behaviour in BEHAVIOURS {
        let world = World::brief(egress.clone());
        let ends = beside(&world.hostile, behaviour, &origin, calls(&world, &url, CALLS)).await;
        assert_eq!(ends, BTreeMap::from([(SMALL.to_owned(), CALLS)]), "beside {behaviour:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn responses_that_nobody_reads_hold_up_no_other_over_http_2() {
    let stub = Stub::start(Scenario::default()).unwrap();
    let reply = |body: String| FaultKind::Status { status: 200, headers: Vec::new(), body };
    // The login server's faults apply without an access token.
    let big = Fault::new("GET /{tenant}/big", reply("x".repeat(3 << 20)));
    stub.service().add_fault(big.always());
    let small = Fault::new("GET /{tenant}/small", reply("ok".to_owned()));
    stub.service().add_fault(small.always());
    let name = "login.microsoftonline.com";
    let way = Egress::builder().platform_roots(false).ca_pem(stub.ca_pem().unwrap());
    let world =
        World::with(way.allow(format!("https://{name}")).route(name, stub.addr()).build().unwrap());
    let (big, small) = (format!("https://{name}/t/big"), format!("https://{name}/t/small"));
    let neighbour = calls(&world, &small, 100);
    let (said, ends) = tokio::join!(
        async { world.hostile.execute("hold-unread", &format!("{big} {small}")).await },
        neighbour
    );
    assert_eq!(said.unwrap().data, "ok");
    assert_eq!(ends, BTreeMap::from([("ok".to_owned(), 100)]));
    assert!(stub.connections() >= 2, "each has connections of its own");
}
