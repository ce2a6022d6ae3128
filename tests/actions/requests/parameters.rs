//! Parameters that are refused before any request, and those that are optional.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn parameters_that_do_not_conform_are_named_and_nothing_is_sent() {
    let env = TestEnv::start().await;
    let comment = "comment";
    let cases: Vec<(&str, Value, Vec<&str>)> = vec![
        ("getAgentDetails", json!({}), vec!["/id"]),
        ("getAgentDetails", json!({ "id": "" }), vec!["/id"]),
        ("getAgentDetails", json!({ "ID": MACHINE }), vec!["/id", "/ID"]),
        ("getAgentList", json!({ "page": 0 }), vec!["/page"]),
        ("getAgentList", json!({ "page": 1.5 }), vec!["/page"]),
        ("getAgentList", json!({ "pageSize": 1001 }), vec!["/pageSize"]),
        ("getAgentList", json!({ "pageSize": "1001" }), vec!["/pageSize"]),
        ("getAgentList", json!({ "pageSize": "x" }), vec!["/pageSize"]),
        ("getAgentList", json!({ "pageSize": null }), vec!["/pageSize"]),
        ("getAgentList", json!({ "healthStatus": "Fine" }), vec!["/healthStatus"]),
        ("getAgentList", json!({ "id": [] }), vec!["/id"]),
        ("getAgentList", json!({ "id": ["x", ""] }), vec!["/id/1"]),
        ("getAgentList", json!({ "lastSeen": "yesterday" }), vec!["/lastSeen"]),
        (
            "getAgentList",
            json!({ "lastSeen": { "eq": "2026-03-01T08:44:05Z" } }),
            vec!["/lastSeen/eq"],
        ),
        (
            "getActions",
            json!({ "status": "Done", "type": ["Isolate", "X y"] }),
            vec!["/status", "/type/1"],
        ),
        (
            "getActions",
            json!({ "sortField": "a b", "sortDirection": "up" }),
            vec!["/sortField", "/sortDirection"],
        ),
        ("isolateHost", json!({}), vec!["", "/comment"]),
        ("isolateHost", json!({ "id": MACHINE, comment: "" }), vec!["/comment"]),
        ("isolateHost", json!({ "id": MACHINE, comment: " \n " }), vec!["/comment"]),
        (
            "isolateHost",
            json!({ "id": MACHINE, comment: "c", "isolation/Type": "Full" }),
            vec!["/isolation~1Type"],
        ),
        ("releaseHost", json!({}), vec!["", "/comment"]),
        ("cancelAction", json!({ "actionId": "a", comment: "" }), vec!["/comment"]),
        (
            "runScript",
            json!({ "id": MACHINE, "parameters": { "args": "" } }),
            vec!["/parameters/scriptName", "/parameters/args"],
        ),
        ("runScript", json!({ "id": MACHINE }), vec!["/parameters"]),
        ("testConnector", json!({ "x": 1 }), vec!["/x"]),
        ("getLibraryFiles", json!({ "x": 1 }), vec!["/x"]),
    ];
    for (action, params, expected) in cases {
        let error = env.error(action, params.clone()).await;
        is(&error, ErrorKind::InvalidParams);
        assert_eq!(pointers(&error), expected, "{action} {params}");
    }
    for text in ["{", "[]", "7", "\"x\"", "{}{}"] {
        let error =
            crate::world::plugin(env.connector.execute("getAgentList", text).await).unwrap_err();
        is(&error, ErrorKind::InvalidParams);
        assert_eq!(pointers(&error), [""], "{text}");
    }
    assert!(env.service().ledger().is_empty(), "nothing was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_that_could_lead_elsewhere_are_refused_before_any_request() {
    let env = TestEnv::start().await;
    for id in [
        "", ".", "..", "...", "a/b", "a?b", "a#b", "a%2fb", "a\\b", "a\nb", "a\u{0}b", "a\u{7f}",
        " a", "a ",
    ] {
        for (action, params) in [
            ("getAgentDetails", json!({ "id": id })),
            ("isolateHost", json!({ "id": id, "comment": "c" })),
            ("cancelAction", json!({ "actionId": id, "comment": "c" })),
            ("getActionResults", json!({ "id": id })),
        ] {
            is(&env.error(action, params).await, ErrorKind::InvalidParams);
        }
    }
    assert!(env.service().ledger().is_empty(), "nothing was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_parameters_may_be_written_in_four_ways() {
    let env = TestEnv::start().await;
    for params in ["", " ", "null", "{}"] {
        env.connector.execute("getLibraryFiles", params).await.unwrap();
    }
}
