//! Names like one that no machine has: shown, never acted on.

use super::*;

fn missing(name: &str, near: Result<&[Value], u16>) -> (Error, Bench) {
    let mut bench = permitted();
    bench.network.answer(200, &list(&[]));
    match near {
        Ok(records) => bench.network.answer(200, &list(records)),
        Err(status) => bench.network.answer(status, &refusal("BadRequest")),
    }
    let params = json!({ "host": { "computerDnsName": name }, "comment": "c" });
    let error = bench.call("isolateHost", params).unwrap_err();
    (error, bench)
}

#[test]
fn names_like_one_that_nothing_has_are_shown_the_nearest_first() {
    let records = [
        machine("d1", "ws-ops-041.corp.example", json!({})),
        machine("d2", "ws-ops-114.corp.example", json!({})),
        machine("d3", "ws-ops-front-desk.corp.example", json!({})),
    ];
    for name in ["ws-ops-14", "CORP\\WS-OPS-14$", " ws-ops-14.\r"] {
        let (error, bench) = missing(name, Ok(&records));
        assert_eq!((error.kind(), bench.posts(), bench.sent().len()), (Kind::NotFound, 0, 2));
        let near = &error.details().unwrap()["similar"];
        assert_eq!(near[0]["id"], "d2", "{near}");
        assert_eq!((&near[1]["id"], near.as_array().unwrap().len()), (&json!("d1"), 2), "{near}");
        assert!(
            error.message().ends_with("ws-ops-114.corp.example, ws-ops-041.corp.example."),
            "{}",
            error.message()
        );
        assert_eq!(filters(&bench)[1], "startswith(computerDnsName,'ws-ops')", "{name}");
    }
}

#[test]
fn without_an_answer_the_error_is_the_same() {
    let (plain, _) = missing("ws-ops-014", Ok(&[]));
    let (refused, bench) = missing("ws-ops-014", Err(400));
    assert_eq!((plain.kind(), plain.message()), (refused.kind(), refused.message()));
    assert!(plain.details().unwrap()["similar"].is_null());
    assert_eq!(bench.posts(), 0);
}

#[test]
fn only_a_name_is_compared_and_only_one_that_no_record_has() {
    for host in [json!({ "ip": "10.1.1.9" }), json!({ "computerDnsName": "abcd" })] {
        let mut bench = bench().signed_in();
        bench.network.answer(200, &list(&[]));
        assert_eq!(bench.call("resolveHost", host).unwrap_err().kind(), Kind::NotFound);
        assert_eq!(bench.sent().len(), 1);
    }
    let mut bench = bench().signed_in();
    let silent = machine("d1", "ws-ops-014.x", json!({ "onboardingStatus": "CanBeOnboarded" }));
    bench.network.answer(200, &list(&[silent]));
    let named = json!({ "computerDnsName": "ws-ops-014" });
    assert_eq!(bench.call("resolveHost", named).unwrap_err().kind(), Kind::NotFound);
    assert_eq!(bench.sent().len(), 1);
}

#[test]
fn many_names_that_nothing_has_cost_one_request() {
    let mut bench = permitted();
    bench.network.answer(200, &list(&[machine("d1", "ws-ops-014.x", json!({}))]));
    bench.network.answer(200, &list(&[machine("d2", "db-fin-001.x", json!({}))]));
    let names = ["ws-ops-014", "db-fin-01", "db-fin-0001"];
    let hosts: Vec<Value> = names.iter().map(|name| json!({ "computerDnsName": name })).collect();
    let params = json!({ "hosts": hosts, "comment": "c", "dryRun": true });
    let error = bench.call("isolateHost", params).unwrap_err();
    let results = &error.details().unwrap()["results"];
    assert_eq!(results[0]["status"], "ok", "{results}");
    for n in [1, 2] {
        assert_eq!(results[n]["error"]["details"]["similar"][0]["id"], "d2", "{results}");
    }
    assert_eq!(filters(&bench)[1], "startswith(computerDnsName,'db-fin')");
}
