//! Rules of indicators that are checked before anything is sent.

use super::*;

fn indicator(more: Value) -> Value {
    let mut one = json!({
        "indicatorValue": "198.51.100.77", "indicatorType": "IpAddress", "action": "Alert", "title": "t", "description": "d",
        "generateAlert": true,
    });
    for (name, value) in more.as_object().unwrap() {
        one[name] = value.clone();
    }
    one
}

#[test]
fn an_indicator_that_the_service_would_refuse_is_not_sent() {
    for (more, pointer) in [
        (json!({ "action": "Audit", "generateAlert": false }), Some("/generateAlert")),
        (json!({ "action": "Audit" }), None),
        (json!({ "action": "Block", "generateAlert": false }), None),
        // It is noon.
        (json!({ "expirationTime": "2026-11-24T11:59:59Z" }), Some("/expirationTime")),
        (json!({ "expirationTime": "2026-11-24T13:30:00+02:00" }), Some("/expirationTime")),
        (json!({ "expirationTime": "2026-11-24T06:30:00-05:30" }), Some("/expirationTime")),
        (json!({ "expirationTime": "2026-11-24T14:30:00.5+02:00" }), None),
        (json!({ "expirationTime": "2026-11-24T06:31:00-05:30" }), None),
        (json!({ "expirationTime": "2026-11-25T00:00:00Z" }), None),
    ] {
        let (good, bad) = (indicator(json!({})), indicator(more.clone()));
        let batch = json!({ "indicators": [good, good, good, bad] });
        for (action, params, before) in
            [("submitIndicator", bad.clone(), ""), ("importIndicators", batch, "/indicators/3")]
        {
            let mut bench = bench().signed_in();
            bench.network.answer(400, &refusal("BadRequest"));
            let error = bench.call(action, params).unwrap_err();
            let details = error.details.clone().unwrap();
            match pointer {
                Some(pointer) => {
                    assert_eq!(
                        (error.kind, details[0]["pointer"].clone()),
                        (Kind::InvalidParams, json!(format!("{before}{pointer}"))),
                        "{more}"
                    );
                    assert!(bench.network.lines().is_empty());
                }
                None => assert_eq!(error.kind, Kind::Rejected, "{more}: {details}"),
            }
        }
    }
    // Left out is as good as false.
    let mut one = indicator(json!({ "action": "Audit" }));
    one.as_object_mut().unwrap().remove("generateAlert");
    assert_eq!(bench().call("submitIndicator", one).unwrap_err().kind, Kind::InvalidParams);
}
