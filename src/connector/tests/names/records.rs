//! Records of machines that have the name, and which of them is meant.

use super::*;

#[test]
fn a_first_label_of_two_full_names_is_ambiguous_and_a_full_name_wins() {
    let [one, other] = ["ws.a.example", "ws.b.example"].map(|name| machine(name, name, json!({})));
    assert_eq!(named("ws", &[one.clone(), other.clone()]), Err(Kind::Ambiguous));
    assert_eq!(named("WS.B.example", &[one.clone(), other]), Ok("ws.b.example".into()));
    let short = |members| machine("short", "ws", members);
    assert_eq!(named("ws", &[one.clone(), short(json!({}))]), Ok("short".into()));
    assert_eq!(named("ws", &[short(json!({})), one.clone()]), Ok("short".into()));
    // Unless it is the worse record: then it may be the remains of the other.
    for worse in ["isExcluded", "isPotentialDuplication", "healthStatus"] {
        let mut good = one.clone();
        (good["isExcluded"], good["isPotentialDuplication"]) = (false.into(), false.into());
        let mut bad = good.clone();
        (bad["id"], bad["computerDnsName"]) = ("short".into(), "ws".into());
        bad[worse] = if worse == "healthStatus" { "Inactive".into() } else { true.into() };
        assert_eq!(named("ws", &[good, bad]), Err(Kind::Ambiguous), "{worse}");
    }
    assert_eq!(
        named("ws", &[one, short(json!({ "onboardingStatus": "Unsupported" }))]),
        Ok("ws.a.example".into())
    );
}

#[test]
fn two_records_of_one_entra_id_are_one_machine_only_if_their_name_is_the_same() {
    let of = |id: &str, name: &str, members: Value| {
        let mut record = machine(id, name, members);
        record["aadDeviceId"] = GUID.into();
        record
    };
    let host = || json!({ "aadDeviceId": GUID });
    let excluded = json!({ "isExcluded": true, "exclusionReason": "DuplicateDevice" });
    let good = || of("a", "ws.x", json!({ "isExcluded": false }));
    assert_eq!(means(host(), &[good(), of("b", "WS.x", excluded.clone())]), Ok("a".into()));
    assert_eq!(means(host(), &[good(), of("b", "old.x", excluded.clone())]), Err(Kind::Ambiguous));
    assert_eq!(
        means(host(), &[good(), of("b", "old.x", json!({ "mergedIntoMachineId": "a" }))]),
        Ok("a".into())
    );
    let mut bench = bench().signed_in();
    bench.network.answer(200, &list(&[good(), of("b", "old.x", excluded)]));
    let error = bench.call("resolveHost", host()).unwrap_err();
    let shown = error.details().unwrap()["candidates"].clone();
    let row = shown.as_array().unwrap().iter().find(|row| row["id"] == "b").unwrap();
    assert_eq!(
        (&row["isExcluded"], &row["exclusionReason"]),
        (&json!(true), &json!("DuplicateDevice"))
    );
}

#[test]
fn members_may_be_missing_null_or_spelt_otherwise() {
    let id = "d1000000000000000000000000000000";
    for record in [
        json!({ "id": id, "computerDnsName": "ws.x" }),
        json!({
            "ID": id, "ComputerDnsName": "ws.x", "onboardingstatus": "Onboarded",
            "healthstatus": "Active"
        }),
        json!({
            "id": id, "computerDnsName": "ws.x", "onboardingStatus": null, "healthStatus": null,
            "lastIpAddress": null,
            "aadDeviceId": null, "mergedIntoMachineId": null, "isExcluded": null,
            "isPotentialDuplication": null,
        }),
    ] {
        let mut bench = permitted();
        bench.network.answer(200, &list(std::slice::from_ref(&record)));
        let params = json!({ "host": { "computerDnsName": "ws" }, "comment": "c", "dryRun": true });
        let (outcome, _) = bench.call("isolateHost", params).unwrap();
        let data: Value = serde_json::from_str(&outcome.data).unwrap();
        assert_eq!(data["target"]["id"], id, "{record}");
    }
}

#[test]
fn a_machine_that_was_contained_by_its_name_is_released_by_it() {
    const CONTAINED: &str = "d1000000000000000000000000000000";
    const ONBOARDED: &str = "d2000000000000000000000000000000";
    let unmanaged =
        |id: &str, name: &str| machine(id, name, json!({ "onboardingStatus": "CanBeOnboarded" }));
    let target = |action: &str, isolation: Option<&str>, records: &[Value]| {
        let mut bench = permitted();
        bench.network.answer(200, &list(records));
        if records.is_empty() {
            // Nor has any machine a name like it.
            bench.network.answer(200, &list(&[]));
        }
        let mut params =
            json!({ "host": { "computerDnsName": "printer" }, "comment": "c", "dryRun": true });
        if let Some(isolation) = isolation {
            params["isolationType"] = isolation.into();
        }
        let (outcome, _) = bench.call(action, params).map_err(|error| error.kind())?;
        let data = serde_json::from_str::<Value>(&outcome.data).unwrap();
        Ok(data["target"]["id"].as_str().unwrap().to_owned())
    };
    let contained = unmanaged(CONTAINED, "printer.x");
    assert_eq!(
        target("isolateHost", Some("UnManagedDevice"), std::slice::from_ref(&contained)),
        Ok(CONTAINED.into())
    );
    assert_eq!(target("releaseHost", None, std::slice::from_ref(&contained)), Ok(CONTAINED.into()));
    // One that is onboarded is the usual one, and no other action takes another.
    let both = [contained.clone(), machine(ONBOARDED, "printer.x", json!({}))];
    assert_eq!(target("releaseHost", None, &both), Ok(ONBOARDED.into()));
    let two = [contained.clone(), unmanaged("d3", "printer.y")];
    assert_eq!(target("releaseHost", None, &two), Err(Kind::Ambiguous));
    assert_eq!(target("releaseHost", None, &[]), Err(Kind::NotFound));
    for action in [
        "isolateHost",
        "restrictAppExecution",
        "unrestrictAppExecution",
        "runAntivirusScan",
        "offboardHost",
    ] {
        assert_eq!(
            target(action, None, std::slice::from_ref(&contained)),
            Err(Kind::NotFound),
            "{action}"
        );
    }
}
