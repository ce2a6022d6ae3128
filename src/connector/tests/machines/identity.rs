//! One machine or another: names, identifiers and records that may belong to either.

use super::*;

#[test]
fn one_machine_that_is_given_twice_must_be_the_same() {
    let first = machine("ab", "ws.x", json!({ "lastSeen": "2026-11-01T00:00:00Z" }));
    for (members, is_same) in [
        (json!({ "lastSeen": "2026-11-02T00:00:00Z" }), true),
        (json!({ "healthStatus": "ACTIVE", "computerDnsName": "WS.X" }), true),
        (json!({ "healthStatus": "Inactive" }), false),
        (json!({ "computerDnsName": "other.x" }), false),
        (json!({ "onboardingStatus": "CanBeOnboarded" }), false),
        (into("cd"), false),
    ] {
        let second = machine("AB", "ws.x", members.clone());
        let more = if members.get("mergedIntoMachineId").is_some() {
            vec![list(&[machine("cd", "new.x", json!({}))])]
        } else {
            vec![]
        };
        let found = means(&[vec![list(&[first.clone(), second])], more].concat());
        assert_eq!(found.is_ok(), is_same, "{members}: {found:?}");
        assert!(is_same || matches!(found, Err((Kind::Ambiguous, _))), "{members}: {found:?}");
    }
}

#[test]
fn nothing_is_sent_to_a_machine_that_may_be_another() {
    let bad = [
        list(&[machine("a", "ws.x", into("a")), machine("d", "ws.x", json!({}))]),
        json!({ "value": [machine("d", "ws.x", json!({}))], "@odata.count": 2 }).to_string(),
        list(&[
            machine("a", "ws.x", json!({ "isPotentialDuplication": true })),
            machine("d", "ws.x", json!({ "healthStatus": "Inactive" })),
        ]),
    ];
    for answer in bad {
        let mut bench = bench().signed_in();
        bench.network.answer(200, &answer);
        let error = bench
            .call("isolateHost", json!({ "host": { "computerDnsName": "ws" }, "comment": "c" }))
            .unwrap_err();
        assert_eq!((error.kind(), bench.posts()), (Kind::Ambiguous, 0), "{answer}");
    }
}

#[test]
fn names_that_lead_to_one_machine_and_one_that_leads_to_two_are_distinguished() {
    let mut bench = bench().signed_in();
    let records = [
        machine("a", "ws.x", json!({ "aadDeviceId": "E1" })),
        machine("b", "srv.x", json!({ "aadDeviceId": "e1" })),
        machine("c", "old.x", into("a")),
    ];
    bench.network.answer(200, &list(&records));
    bench.network.answer(200, r#"{"id":"a","computerDnsName":"ws.x"}"#);
    let hosts = json!(
        [{ "computerDnsName": "ws" }, { "computerDnsName": "old.x" }, { "aadDeviceId": "E1" }]
    );
    let error = bench.call("addTag", json!({ "hosts": hosts, "tag": "t" })).unwrap_err();
    let results = error.details().unwrap()["results"].clone();
    assert_eq!(
        (&results[0]["target"]["id"], &results[1]["target"]["id"]),
        (&json!("a"), &json!("a"))
    );
    assert_eq!(results[2]["error"]["kind"], "ambiguous");
    assert_eq!(bench.posts(), 1);
}

#[test]
fn a_name_is_no_device_id() {
    let id = "d1000000000000000000000000000000";
    for name in
        ["ws", "ws.example", "10.0.0.1", "cafe", "d1000000-0000-0000-0000-000000000000", &id[1..]]
    {
        for action in CATALOGUE.iter().filter(|action| action.effect != Effect::Read) {
            for (member, value) in
                [("id", json!(name)), ("ids", json!([id, name])), ("machineId", json!(name))]
            {
                let is_machine =
                    |field: &Field| field.name == member && field.doc.starts_with("Device ID");
                if !action.params.fields().any(is_machine) {
                    continue;
                }
                let mut bench = bench().signed_in();
                let error = bench.call(action.name, json!({ member: value })).unwrap_err();
                let problems = error.message();
                assert_eq!(
                    (error.kind(), bench.sent().len()),
                    (Kind::InvalidParams, 0),
                    "{}",
                    action.name
                );
                assert!(problems.contains("must be a device ID"), "{}: {problems}", action.name);
                assert!(
                    problems.contains("`hosts`") || problems.contains("`resolveHost`"),
                    "{problems}"
                );
            }
        }
    }
    // A name is read as the service documents it.
    let mut bench = bench().signed_in();
    bench.network.answer(200, MACHINE);
    bench.call("getAgentDetails", json!({ "id": "ws" })).unwrap();
}

#[test]
fn machines_of_an_address_are_looked_for_now_unless_a_time_is_given() {
    for (time, sent) in
        [(None, "2026-11-24T12:00:00Z"), (Some("2026-11-20T08:00:00Z"), "2026-11-20T08:00:00Z")]
    {
        let mut bench = bench().signed_in();
        bench.network.answer(200, NOTHING);
        let mut params = json!({ "ip": "10.1.1.7" });
        if let Some(time) = time {
            params["timestamp"] = time.into();
        }
        bench.call("findAgentsByIp", params).unwrap();
        let line = bench.sent().remove(0).replace("%3A", ":");
        assert!(line.ends_with(&format!("findbyip(ip='10.1.1.7',timestamp={sent})")), "{line}");
    }
}
