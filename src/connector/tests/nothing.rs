//! "Nothing there": only the service's own word for it is one.

use serde_json::json;

use super::{ISOLATING, Kind, NOTHING, Retry, refusal};
use crate::actions::{CATALOGUE, ResponseBody};
use crate::auth::Server;

/// Answers that say of the address, or of something on the way, that there is nothing: not of the
/// list.
fn others() -> Vec<(u16, String)> {
    let coded = |code: &str| {
        json!({
            "error": {
                "code": code, "message": "m", "target": "0b7c2f10-1111-4d7e-9c55-3f0a7b6e1d21"
            }
        })
    };
    vec![
        (404, coded("NotFound").to_string()),
        (404, coded("UnsupportedApiVersion").to_string()),
        (404, r#"{"statusCode":404,"message":"Resource not found"}"#.to_owned()),
        (404, r#"{"error":"NotFound"}"#.to_owned()),
        (404, r#"{"code":"ResourceNotFound","message":"m"}"#.to_owned()),
        (404, r#"{"error":"ResourceNotFound"}"#.to_owned()),
        (
            404,
            r#"{"error":{"code":"ResourceNotFound","message":"m","source":"x.azure-apim.net"}}"#
                .to_owned(),
        ),
        (404, json!({ "message": coded("ResourceNotFound").to_string() }).to_string()),
        (404, "<html>404 Not Found</html>".to_owned()),
        (404, "<Error><Code>ResourceNotFound</Code></Error>".to_owned()),
        (404, String::new()),
        (410, String::new()),
        (410, coded("ResourceNotFound").to_string()),
        (200, "<html>welcome</html>".to_owned()),
        (200, r#"{"statusCode":200}"#.to_owned()),
    ]
}

#[test]
fn only_the_service_s_own_word_makes_a_list_empty() {
    let pages = CATALOGUE.iter().filter(|action| {
        action.route().is_some_and(|route| matches!(route.response, ResponseBody::Page))
    });
    for action in pages {
        for params in [json!({}), json!({ "all": true })] {
            for (status, body) in others() {
                let mut bench = super::bench().signed_in();
                bench.network.answer_with(
                    status,
                    &[("request-id", "313a644b-0000-48a9-9a37-2ea95245afb4")],
                    &body,
                );
                let error = bench.call(action.name, params.clone()).unwrap_err();
                let setting = match action.server() {
                    Server::Defender => "`apiUrl`",
                    Server::Graph => "`graphUrl`",
                };
                assert!(
                    error.message().contains(setting),
                    "{}: {body}: {}",
                    action.name,
                    error.message()
                );
                assert_eq!(error.retry(), Retry::Never, "{body}");
            }
            let mut bench = super::bench().signed_in();
            bench.network.answer(404, &refusal("ResourceNotFound"));
            let answer = bench.call(action.name, params.clone());
            if action.server() == Server::Graph {
                assert_eq!(answer.unwrap_err().kind(), Kind::NotFound, "Graph has no such word");
                continue;
            }
            let (outcome, _) = answer.unwrap();
            assert!(outcome.data.starts_with(r#"{"value":[]"#), "{}", outcome.data);
        }
    }
}

#[test]
fn from_a_list_that_is_not_there_nothing_is_concluded() {
    let empty = r#"{"error":{"code":"ResourceNotFound","message":"none"}}"#;
    for (status, body) in others() {
        let mut bench = super::bench().signed_in();
        bench.network.answer(status, &body);
        let error = bench.call("resolveHost", json!({ "computerDnsName": "ws" })).unwrap_err();
        assert!(!error.message().contains("No machine"), "{body}: {}", error.message());
        assert!(error.kind() != Kind::NotFound, "{body}: {}", error.message());

        let mut bench = super::bench().signed_in();
        bench.network.answer(status, &body);
        let host = json!({ "host": { "computerDnsName": "ws" }, "comment": "c" });
        assert_ne!(
            bench.call("isolateHost", host).unwrap_err().message().find("apiUrl"),
            None,
            "{body}"
        );

        if status != 200 {
            let mut bench = super::bench().signed_in();
            bench.network.answer(status, &body);
            let error = bench.call("waitForAction", json!({ "id": "a1" })).unwrap_err();
            assert!(
                !error.message().contains("check the identifier"),
                "{body}: {}",
                error.message()
            );
            assert_eq!(bench.sent().len(), 1, "{body}");
        }
        let mut bench = super::bench().signed_in();
        // Graph's.
        bench.token(json!(3600));
        bench.network.answer(status, &body);
        let report = bench.connector.test(&bench.network, &bench.clock).unwrap();
        let step = report.steps.iter().find(|step| step.name == "read").unwrap();
        assert!(
            step.error.is_some() && (step.detail.contains("`apiUrl`")),
            "{body}: {}",
            step.detail
        );
    }
    let mut bench = super::bench().signed_in();
    bench.network.answer(404, empty);
    let error = bench.call("resolveHost", json!({ "computerDnsName": "ws" })).unwrap_err();
    assert_eq!(error.kind(), Kind::NotFound);
}

#[test]
fn what_one_machine_lacks_is_no_empty_list() {
    for action in ["getAgentAlerts", "getAgentSoftware", "getAgentVulnerabilities", "getAgentUsers"]
    {
        for (status, body) in others() {
            let mut bench = super::bench().signed_in();
            bench.network.answer(status, &body);
            let params = json!({ "id": "d1000000000000000000000000000000" });
            let error = bench.call(action, params.clone()).unwrap_err();
            assert!(
                error.message().contains("`apiUrl`") || error.kind() == Kind::NotFound,
                "{action}: {body}: {}",
                error.message()
            );
            bench.network.answer(404, &refusal("ResourceNotFound"));
            assert_eq!(bench.call(action, params).unwrap_err().kind(), Kind::NotFound, "{action}");
        }
    }
}

#[test]
fn a_wait_concludes_nothing_from_a_list_that_is_cut_off() {
    for cut in [r#"{"value":[],"@odata.count":3}"#, r#"{"value":[],"@odata.nextLink":"n"}"#] {
        let mut bench = super::bench().signed_in();
        // Longer than a new machine action may take to show.
        (0..200).for_each(|_| bench.network.answer(200, cut));
        let wait = json!({ "id": "a1", "wait": { "timeoutSeconds": 290 } });
        assert_eq!(
            bench.call("waitForAction", wait).unwrap_err().kind(),
            Kind::Unfinished,
            "{cut}"
        );

        let mut bench = super::bench().signed_in();
        bench.network.answer(200, cut);
        let error =
            bench.call("getActionResults", json!({ "id": "a1", "index": "all" })).unwrap_err();
        assert_eq!(error.kind(), Kind::MalformedResponse, "{cut}: {}", error.message());
    }
    let mut bench = super::bench().signed_in();
    (0..200).for_each(|_| bench.network.answer(200, NOTHING));
    assert_eq!(
        bench.call("waitForAction", json!({ "id": "a1" })).unwrap_err().kind(),
        Kind::NotFound
    );
}

#[test]
fn a_gateway_s_404_between_two_looks_ends_no_wait() {
    let mut bench = super::bench().signed_in();
    bench.network.answer(201, ISOLATING);
    bench.network.answer(404, "<html>");
    bench
        .network
        .answer(200, &format!(r#"{{"value":[{}]}}"#, ISOLATING.replace("Pending", "Succeeded")));
    let params = json!({ "id": "d1000000000000000000000000000000", "comment": "c", "wait": {} });
    // Whether a release will undo it.
    bench.network.answer(200, NOTHING);
    bench.call("isolateHost", params).unwrap();
    assert_eq!(bench.sent().len(), 4);
}
