//! Filters that the service refuses, and what is asked for instead.

use super::*;

/// Refusals of the OData layer, which have no code.
const INCOMPATIBLE: &str = r#"{"error":{"code":"","message":"The query specified in the URI is not valid. A binary operator with incompatible types was detected. Found operand types 'Edm.Guid' and 'Edm.String' for operator kind 'Equal'.","details":[]}}"#;

const NOT_VALID: &str = r#"{"error":{"code":"","message":"The query specified in the URI is not valid.","details":[]}}"#;

#[test]
fn entra_ids_are_asked_for_in_the_form_that_the_service_takes() {
    let record = machine("a", "ws.x", json!({ "aadDeviceId": GUID }));
    let mut bench = bench().signed_in();
    bench.network.answer(400, INCOMPATIBLE);
    bench.network.answer(200, &list(std::slice::from_ref(&record)));
    bench.call("resolveHost", json!({ "aadDeviceId": GUID.to_ascii_uppercase() })).unwrap();
    assert_eq!(
        filters(&bench),
        [format!("aadDeviceId in ('{GUID}')"), format!("aadDeviceId in ({GUID})")]
    );
    // A list of many names is not halved for it, and the next names are asked for bare at once.
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
        assert!(
            !last.contains(&format!("'{GUID}'")) && last.contains(GUID),
            "{params}: {filters:?}"
        );
    }
    let mut bench = super::bench().signed_in();
    bench.network.answer(400, NOT_VALID);
    bench.network.answer(400, INCOMPATIBLE);
    let error = bench.call("getAgentList", json!({ "aadDeviceId": GUID })).unwrap_err();
    let said = error.details().unwrap()["serviceMessage"].to_string();
    assert_eq!(
        (error.kind(), said.contains("Edm")),
        (Kind::Rejected, false),
        "the first refusal is the one to show"
    );
}

#[test]
fn a_refusal_that_meets_one_name_as_well_costs_two_requests() {
    let hosts: Vec<Value> =
        (0..50).map(|n| json!({ "computerDnsName": format!("ws-{n}") })).collect();
    let params = || json!({ "hosts": hosts, "tag": "t", "maxTargets": 50 });
    let mut bench = bench().signed_in();
    bench.network.answer(400, NOT_VALID);
    bench.network.answer(400, NOT_VALID);
    let error = bench.call("addTag", params()).unwrap_err();
    assert_eq!((error.kind(), bench.sent().len(), bench.posts()), (Kind::Rejected, 2, 0));
    // Too many conditions: one alone passes, and then the halves do.
    let mut bench = super::bench().signed_in();
    bench.network.answer(400, NOT_VALID);
    // And one request for names like those.
    for _ in 0..4 {
        bench.network.answer(200, &list(&[]));
    }
    let error = bench.call("addTag", params()).unwrap_err();
    let results = error.details().unwrap()["results"].as_array().unwrap().len();
    assert_eq!((error.kind(), bench.sent().len(), results), (Kind::ActionFailed, 5, 50));
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
    let error = bench
        .call("isolateHost", json!({ "hosts": hosts, "comment": "c", "dryRun": true }))
        .unwrap_err();
    let results = error.details().unwrap()["results"].clone();
    assert_eq!(
        (&results[0]["status"], &results[1]["error"]["kind"]),
        (&json!("ok"), &json!("rejected")),
        "{results}"
    );
}
