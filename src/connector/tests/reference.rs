//! The reference of a case in front of the comment: by it an action is known again.

use super::already::action;
use super::*;

#[test]
fn a_scan_of_this_case_is_known_by_its_whole_reference_in_front_of_the_comment() {
    for (comment, sent) in [
        ("[ref:7] scan", 0),
        ("[ref:7]  scan of the mailbox ser", 0),
        ("[CASE [7]]", 1),
        ("see list[7] of the runbook", 1),
        ("scan [ref:7]", 1),
        ("[ref:70] scan", 1),
    ] {
        let mut bench = bench().signed_in();
        let mut scan = action("a0", "RunAntiVirusScan", json!("Succeeded"), "10:00:00");
        scan["requestorComment"] = json!(comment);
        bench.network.answer(200, &json!({ "value": [scan] }).to_string());
        let answer = json!({
            "id": "a1", "type": "RunAntiVirusScan", "status": "Pending",
            "machineId": "d1000000000000000000000000000000"
        });
        bench.network.answer(201, &answer.to_string());
        let params = json!({
            "id": "d1000000000000000000000000000000", "comment": "scan", "reference": "7",
            "scanType": "Full", "ensure": true
        });
        bench.call("runAntivirusScan", params).unwrap();
        assert_eq!(bench.posts(), sent, "{comment}");
        if let Some(request) =
            bench.network.log().iter().find(|request| request.line.contains("runAntiVirusScan"))
        {
            assert!(request.body.contains(r#""[ref:7] scan""#), "{}", request.body);
        }
    }
}

#[test]
fn a_reference_that_its_brackets_could_not_hold_is_refused() {
    for (reference, is_taken) in [
        ("INC-1042", true),
        ("R&D 7 – Ost", true),
        ("7]", false),
        ("[7", false),
        ("a;b", false),
        (" 7", false),
        ("7  8", false),
        ("7\n8", false),
    ] {
        let mut bench = bench().signed_in();
        let params = json!({
            "id": "d1000000000000000000000000000000", "comment": "c", "reference": reference
        });
        if is_taken {
            let body = r#"{"id":"a1","type":"Isolate","status":"Pending","machineId":"d1000000000000000000000000000000"}"#;
            bench.network.answer(201, body);
        }
        let outcome = bench.call("isolateHost", params);
        assert_eq!(
            outcome.as_ref().err().map(|error| error.kind()),
            (!is_taken).then_some(Kind::InvalidParams)
        );
    }
}
