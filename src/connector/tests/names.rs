//! Names as people write them, and as the service has them.

use serde_json::{Value, json};
use url::Url;

use super::*;

const GUID: &str = "9cbb5f0e-6a1e-4c7b-8d2f-0a1b2c3d4e5f";

fn machine(id: &str, name: &str, members: Value) -> Value {
    let mut record =
        json!({ "id": id, "computerDnsName": name, "healthStatus": "Active", "onboardingStatus": "Onboarded" });
    for (member, value) in members.as_object().unwrap() {
        record[member] = value.clone();
    }
    record
}

fn list(records: &[Value]) -> String {
    json!({ "value": records }).to_string()
}

/// An application that may do everything here.
fn permitted() -> Bench {
    let bench = bench();
    let roles =
        ["Machine.Read.All", "Machine.Isolate", "Machine.Scan", "Machine.RestrictExecution", "Machine.Offboard"];
    let answer = json!({ "token_type": "Bearer", "access_token": token(&roles), "expires_in": 3600 });
    bench.network.answer(200, &answer.to_string());
    bench
}

/// The filters of all requests.
fn filters(bench: &Bench) -> Vec<String> {
    let filter = |line: &String| {
        let url = Url::parse(line.split_once(' ').unwrap().1).unwrap();
        url.query_pairs().find(|(name, _)| name == "$filter").map(|(_, value)| value.into_owned())
    };
    bench.sent().iter().filter_map(filter).collect()
}

/// What a name of a machine means among some records: an ID, or the kind of the refusal.
fn means(host: Value, records: &[Value]) -> Result<String, Kind> {
    let mut bench = bench().signed_in();
    bench.network.answer(200, &list(records));
    let (outcome, _) = bench.call("resolveHost", host).map_err(|error| error.kind)?;
    Ok(serde_json::from_str::<Value>(&outcome.data).unwrap()["id"].as_str().unwrap().to_owned())
}

fn named(name: &str, records: &[Value]) -> Result<String, Kind> {
    means(json!({ "computerDnsName": name }), records)
}

/// Refusals of the OData layer, which have no code.
const INCOMPATIBLE: &str = r#"{"error":{"code":"","message":"The query specified in the URI is not valid. A binary operator with incompatible types was detected. Found operand types 'Edm.Guid' and 'Edm.String' for operator kind 'Equal'.","details":[]}}"#;
const NOT_VALID: &str =
    r#"{"error":{"code":"","message":"The query specified in the URI is not valid.","details":[]}}"#;

#[test]
fn of_a_written_name_what_counts_is_sent() {
    let short = "computerDnsName in ('ws-01') or startswith(computerDnsName,'ws-01.')";
    let full = "computerDnsName in ('ws-01.x.example')";
    let record = || machine("d1000000000000000000000000000000", "ws-01.x.example", json!({}));
    for (written, filter) in [
        ("ws-01", short),
        (" WS-01\t", short),
        ("WS-01\r\n", short),
        ("\u{feff}ws-01\u{a0}", short),
        ("ws-01.", short),
        ("WS-01$", short),
        (r"CONTOSO\WS-01$", short),
        (r"CONTOSO\WS-01", short),
        (r"contoso.example\ws-01", short),
        (r"\\WS-01", short),
        ("WS-01.X.example.", full),
        ("  ws-01.x.example. \r", full),
    ] {
        let mut bench = permitted();
        bench.network.answer(200, &list(&[record()]));
        let host = json!({ "host": { "computerDnsName": written }, "comment": "c", "dryRun": true });
        bench.call("isolateHost", host).unwrap_or_else(|error| panic!("{written:?}: {error:?}"));
        assert_eq!(filters(&bench), [filter], "{written:?}");
    }
    // Addresses and Entra IDs too.
    let record = machine("a", "ws", json!({ "lastIpAddress": "10.0.0.9", "aadDeviceId": GUID }));
    assert_eq!(means(json!({ "ip": " 10.0.0.9\r\n" }), std::slice::from_ref(&record)), Ok("a".into()));
    let written = format!(" {{{}}}\n", GUID.to_ascii_uppercase());
    assert_eq!(means(json!({ "aadDeviceId": written }), &[record]), Ok("a".into()));
}

#[test]
fn what_is_no_name_of_one_machine_is_refused_with_a_hint_and_nothing_is_sent() {
    for written in [
        "10.0.0.1",
        " 10.0.0.1 ",
        "10.0.0.1.",
        r"CONTOSO\10.0.0.1",
        "fe80::1",
        "::1",
        "ws-01,ws-02",
        "ws-01, ws-02",
        "ws-01;ws-02",
        "ws-01\nws-02",
        "ws-01\tws-02",
        " ",
        "$",
        ".",
        r"CONTOSO\",
        r"CONTOSO\$",
        "\u{a0}",
    ] {
        let hosts = json!([{ "computerDnsName": "x" }, { "computerDnsName": written }]);
        for (action, params, pointer) in [
            ("resolveHost", json!({ "computerDnsName": written }), "/computerDnsName"),
            ("isolateHost", json!({ "host": { "computerDnsName": written }, "comment": "c" }), "/host/computerDnsName"),
            ("addTag", json!({ "hosts": hosts, "tag": "t" }), "/hosts/1/computerDnsName"),
        ] {
            let mut bench = bench().signed_in();
            let error = bench.call(action, params).unwrap_err();
            assert_eq!((error.kind, bench.sent().len()), (Kind::InvalidParams, 0), "{written:?}");
            assert_eq!(error.details.clone().unwrap()[0]["pointer"], pointer);
            assert!(error.message.contains("goes under `ip`, several machines under `hosts`"), "{}", error.message);
        }
    }
}

#[test]
fn letters_beyond_ascii_have_two_cases_too() {
    let small = machine("a", "b\u{fc}ro-pc01.firma.example", json!({}));
    let large = machine("a", "B\u{dc}RO-PC01.FIRMA.EXAMPLE", json!({}));
    for record in [small, large] {
        for name in [
            "b\u{fc}ro-pc01",
            "B\u{dc}RO-PC01",
            "B\u{fc}ro-PC01",
            "B\u{dc}RO-PC01.firma.example",
            "FIRMA\\B\u{dc}RO-PC01$",
        ] {
            assert_eq!(named(name, std::slice::from_ref(&record)), Ok("a".into()), "{name}");
            let mut bench = bench().signed_in();
            bench.network.answer(200, &list(&[]));
            bench.call("resolveHost", json!({ "computerDnsName": name })).unwrap_err();
            // What the service compares letter by letter must be among what was asked for, in either case.
            let filter = filters(&bench).remove(0);
            assert!(filter.contains("'b\u{fc}ro-pc01") && filter.contains("'B\u{dc}RO-PC01"), "{filter}");
        }
    }
    assert_eq!(named("b\u{fc}ro", &[machine("a", "buro", json!({}))]), Err(Kind::NotFound));
}

#[test]
fn a_first_label_of_two_full_names_is_ambiguous_and_a_full_name_wins() {
    let [one, other] = ["ws.a.example", "ws.b.example"].map(|name| machine(name, name, json!({})));
    assert_eq!(named("ws", &[one.clone(), other.clone()]), Err(Kind::Ambiguous));
    assert_eq!(named("WS.B.example", &[one.clone(), other]), Ok("ws.b.example".into()));
    let short = |members| machine("short", "ws", members);
    assert_eq!(named("ws", &[one.clone(), short(json!({}))]), Ok("short".into()));
    assert_eq!(named("ws", &[short(json!({})), one.clone()]), Ok("short".into()));
    // Unless it is the worse record: then it may be what is left of the other.
    for worse in ["isExcluded", "isPotentialDuplication", "healthStatus"] {
        let mut good = one.clone();
        (good["isExcluded"], good["isPotentialDuplication"]) = (false.into(), false.into());
        let mut bad = good.clone();
        (bad["id"], bad["computerDnsName"]) = ("short".into(), "ws".into());
        bad[worse] = if worse == "healthStatus" { "Inactive".into() } else { true.into() };
        assert_eq!(named("ws", &[good, bad]), Err(Kind::Ambiguous), "{worse}");
    }
    assert_eq!(named("ws", &[one, short(json!({ "onboardingStatus": "Unsupported" }))]), Ok("ws.a.example".into()));
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
    assert_eq!(means(host(), &[good(), of("b", "old.x", json!({ "mergedIntoMachineId": "a" }))]), Ok("a".into()));
    let mut bench = bench().signed_in();
    bench.network.answer(200, &list(&[good(), of("b", "old.x", excluded)]));
    let error = bench.call("resolveHost", host()).unwrap_err();
    let shown = error.details.clone().unwrap()["candidates"].clone();
    let row = shown.as_array().unwrap().iter().find(|row| row["id"] == "b").unwrap();
    assert_eq!((&row["isExcluded"], &row["exclusionReason"]), (&json!(true), &json!("DuplicateDevice")));
}

#[test]
fn members_may_be_missing_null_or_spelt_otherwise() {
    let id = "d1000000000000000000000000000000";
    for record in [
        json!({ "id": id, "computerDnsName": "ws.x" }),
        json!({ "ID": id, "ComputerDnsName": "ws.x", "onboardingstatus": "Onboarded", "healthstatus": "Active" }),
        json!({
            "id": id, "computerDnsName": "ws.x", "onboardingStatus": null, "healthStatus": null, "lastIpAddress": null,
            "aadDeviceId": null, "mergedIntoMachineId": null, "isExcluded": null, "isPotentialDuplication": null,
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
fn entra_ids_are_asked_for_in_the_form_that_the_service_takes() {
    let record = machine("a", "ws.x", json!({ "aadDeviceId": GUID }));
    let mut bench = bench().signed_in();
    bench.network.answer(400, INCOMPATIBLE);
    bench.network.answer(200, &list(std::slice::from_ref(&record)));
    bench.call("resolveHost", json!({ "aadDeviceId": GUID.to_ascii_uppercase() })).unwrap();
    assert_eq!(filters(&bench), [format!("aadDeviceId in ('{GUID}')"), format!("aadDeviceId in ({GUID})")]);
    // Of many names the list is not halved for it, and the next ones are asked for bare at once.
    let mut bench = super::bench().signed_in();
    bench.network.answer(400, INCOMPATIBLE);
    bench.network.answer(200, &list(&[]));
    bench.network.answer(200, &list(&[]));
    let hosts: Vec<Value> = (0..60).map(|_| json!({ "aadDeviceId": GUID })).collect();
    bench.call("addTag", json!({ "hosts": hosts, "tag": "t", "maxTargets": 60 })).unwrap_err();
    let is_bare: Vec<bool> = filters(&bench).iter().map(|filter| !filter.contains('\'')).collect();
    assert_eq!(is_bare, [false, true, true]);
    // What cannot be a GUID is not sent bare: it would end its literal.
    let mut bench = super::bench().signed_in();
    bench.network.answer(400, INCOMPATIBLE);
    bench.call("resolveHost", json!({ "aadDeviceId": "x) or (1 eq 1" })).unwrap_err();
    assert_eq!(filters(&bench), ["aadDeviceId in ('x) or (1 eq 1')"]);
}

#[test]
fn lists_ask_for_entra_ids_in_the_form_that_the_service_takes() {
    let record = machine("a", "ws.x", json!({ "aadDeviceId": GUID }));
    for params in [
        json!({ "aadDeviceId": GUID }),
        json!({ "aaDeviceId": [GUID, "none"] }),
        json!({ "aadDeviceId": GUID, "all": true }),
    ] {
        let mut bench = super::bench().signed_in();
        bench.network.answer(400, INCOMPATIBLE);
        // A whole list is asked for without a page size before its filter is doubted.
        if params["all"] == true {
            bench.network.answer(400, INCOMPATIBLE);
        }
        let counted = json!({ "@odata.count": 1, "value": [record] }).to_string();
        bench.network.answer(200, &counted);
        bench.call("getAgentList", params.clone()).unwrap();
        let filters = filters(&bench);
        assert!(filters[0].contains(&format!("'{GUID}'")), "{params}: {filters:?}");
        let last = filters.last().unwrap();
        assert!(!last.contains(&format!("'{GUID}'")) && last.contains(GUID), "{params}: {filters:?}");
    }
    let mut bench = super::bench().signed_in();
    bench.network.answer(400, NOT_VALID);
    bench.network.answer(400, INCOMPATIBLE);
    let error = bench.call("getAgentList", json!({ "aadDeviceId": GUID })).unwrap_err();
    let said = error.details.clone().unwrap()["serviceMessage"].to_string();
    assert_eq!((error.kind, said.contains("Edm")), (Kind::Rejected, false), "the first refusal is the one to show");
}

#[test]
fn a_refusal_that_meets_one_name_as_well_costs_two_requests() {
    let hosts: Vec<Value> = (0..50).map(|n| json!({ "computerDnsName": format!("ws-{n}") })).collect();
    let params = || json!({ "hosts": hosts, "tag": "t", "maxTargets": 50 });
    let mut bench = bench().signed_in();
    bench.network.answer(400, NOT_VALID);
    bench.network.answer(400, NOT_VALID);
    let error = bench.call("addTag", params()).unwrap_err();
    assert_eq!((error.kind, bench.sent().len(), bench.posts()), (Kind::Rejected, 2, 0));
    // Too many conditions: one alone passes, and then the halves do.
    let mut bench = super::bench().signed_in();
    bench.network.answer(400, NOT_VALID);
    for _ in 0..3 {
        bench.network.answer(200, &list(&[]));
    }
    let error = bench.call("addTag", params()).unwrap_err();
    let results = error.details.clone().unwrap()["results"].as_array().unwrap().len();
    assert_eq!((error.kind, bench.sent().len(), results), (Kind::ActionFailed, 4, 50));
}

#[test]
fn one_name_that_is_refused_is_no_reason_to_lose_the_others() {
    let record = machine("d1000000000000000000000000000000", "good.x", json!({}));
    let mut bench = permitted();
    bench.network.answer(400, NOT_VALID);
    bench.network.answer(200, &list(std::slice::from_ref(&record)));
    bench.network.answer(200, &list(&[record]));
    bench.network.answer(400, NOT_VALID);
    let hosts = json!([{ "computerDnsName": "good" }, { "computerDnsName": "bad" }]);
    let error = bench.call("isolateHost", json!({ "hosts": hosts, "comment": "c", "dryRun": true })).unwrap_err();
    let results = error.details.clone().unwrap()["results"].clone();
    assert_eq!((&results[0]["status"], &results[1]["error"]["kind"]), (&json!("ok"), &json!("rejected")), "{results}");
}

#[test]
fn a_machine_that_was_contained_by_its_name_is_released_by_it() {
    const CONTAINED: &str = "d1000000000000000000000000000000";
    const ONBOARDED: &str = "d2000000000000000000000000000000";
    let unmanaged = |id: &str, name: &str| machine(id, name, json!({ "onboardingStatus": "CanBeOnboarded" }));
    let target = |action: &str, isolation: Option<&str>, records: &[Value]| {
        let mut bench = permitted();
        bench.network.answer(200, &list(records));
        let mut params = json!({ "host": { "computerDnsName": "printer" }, "comment": "c", "dryRun": true });
        if let Some(isolation) = isolation {
            params["isolationType"] = isolation.into();
        }
        let (outcome, _) = bench.call(action, params).map_err(|error| error.kind)?;
        let data = serde_json::from_str::<Value>(&outcome.data).unwrap();
        Ok(data["target"]["id"].as_str().unwrap().to_owned())
    };
    let contained = unmanaged(CONTAINED, "printer.x");
    assert_eq!(target("isolateHost", Some("UnManagedDevice"), std::slice::from_ref(&contained)), Ok(CONTAINED.into()));
    assert_eq!(target("releaseHost", None, std::slice::from_ref(&contained)), Ok(CONTAINED.into()));
    // One that is onboarded is the usual one, and no other action takes another.
    let both = [contained.clone(), machine(ONBOARDED, "printer.x", json!({}))];
    assert_eq!(target("releaseHost", None, &both), Ok(ONBOARDED.into()));
    let two = [contained.clone(), unmanaged("d3", "printer.y")];
    assert_eq!(target("releaseHost", None, &two), Err(Kind::Ambiguous));
    assert_eq!(target("releaseHost", None, &[]), Err(Kind::NotFound));
    for action in ["isolateHost", "restrictAppExecution", "unrestrictAppExecution", "runAntivirusScan", "offboardHost"]
    {
        assert_eq!(target(action, None, std::slice::from_ref(&contained)), Err(Kind::NotFound), "{action}");
    }
}
