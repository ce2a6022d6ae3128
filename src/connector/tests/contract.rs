//! What the contract says of every call: its name, its cost, what a failed check is called, what
//! may be shown.

use super::*;
use crate::actions::report::Status;
use crate::actions::{self, CATALOGUE, Effect};
use crate::details;
use crate::schema::{Kind as Shaped, schema_text};

#[test]
fn every_request_of_a_call_carries_the_call_s_id_and_no_other_call_s() {
    let mut bench = bench().signed_in();
    bench.network.answer(200, MACHINE);
    bench.network.answer(200, MACHINE);
    let params = json!({ "id": "d1000000000000000000000000000000" });
    let ids: Vec<String> = [(), ()]
        .map(|()| bench.call("getAgentDetails", params.clone()).unwrap().1.call_id())
        .to_vec();
    let sent: Vec<String> = bench
        .network
        .log()
        .iter()
        .map(|sent| sent.header("client-request-id").unwrap().to_owned())
        .collect();
    assert_eq!(sent, [ids[0].clone(), ids[0].clone(), ids[1].clone()]);
    assert_ne!(ids[0], ids[1]);
    assert_eq!((ids[0].len(), &ids[0][14..15]), (36, "4"));
}

#[test]
fn a_failure_says_what_it_cost_unless_nothing_was_sent() {
    let mut bench = bench().signed_in();
    bench.network.answer(404, &refusal("ResourceNotFound"));
    let error = bench.details().unwrap_err();
    let usage = error.usage().unwrap();
    assert_eq!((usage.requests, usage.response_bytes > 0), (2, true));
    assert_eq!(bench.network.log()[1].header("client-request-id"), Some(usage.call_id().as_str()));
    assert!(bench.call("getAgentDetails", json!({})).unwrap_err().usage().is_none());
    bench.network.answer(404, &refusal("ResourceNotFound"));
    let opened =
        bench.connector.open("getActionResults", r#"{"id":"a"}"#, &bench.network, &bench.clock);
    assert!(opened.is_err_and(|error| error.usage().is_some_and(|usage| usage.requests > 0)));
}

#[test]
fn a_failed_check_has_a_code_and_a_page() {
    let login = r#"{"error":"invalid_client","error_codes":[7000222],"error_description":"AADSTS7000222: x"}"#;
    let step = |status, body: &str| {
        let mut bench = bench();
        bench.network.answer(status, body);
        let report = bench.connector.test(&bench.network, &bench.clock).unwrap();
        let step = report.steps.into_iter().find(|step| step.status == Status::Failed).unwrap();
        (step.name, step.code.unwrap(), step.help.unwrap())
    };
    let page = "https://login.microsoftonline.com/error?code=7000222";
    assert_eq!(step(401, login), ("token", "AADSTS7000222".into(), page.into()));
    let (_, code, help) = step(404, "oops");
    assert_eq!(code, "not-found");
    assert!(help.starts_with("https://learn.microsoft.com/"), "{help}");

    let mut bench = bench_with(json!({}), json!({ "accessToken": token(&[]) }));
    let report = bench.connector.test(&bench.network, &bench.clock).unwrap();
    let codes: Vec<_> = report.steps.iter().map(|step| (step.name, step.code.as_deref())).collect();
    assert_eq!(
        codes,
        [("token", None), ("audience", None), ("roles", Some("no-roles")), ("read", None)]
    );
}

#[test]
fn what_holds_for_the_whole_tenant_is_policy_and_what_reads_by_post_is_named() {
    let named = |wanted: &dyn Fn(&actions::Action) -> bool| -> Vec<&str> {
        CATALOGUE.iter().filter(|action| wanted(action)).map(|action| action.name).collect()
    };
    assert_eq!(
        named(&|action| action.effect == Effect::Policy),
        [
            "uploadLibraryFile",
            "deleteLibraryFile",
            "submitIndicator",
            "importIndicators",
            "deleteIndicator",
            "deleteIndicators"
        ]
    );
    assert_eq!(
        named(&|action| action.read_post().is_some()),
        ["runHuntingQuery", "runAdvancedQuery"]
    );
    let files: Vec<_> = CATALOGUE
        .iter()
        .filter_map(|action| Some((action.name, actions::file_action(action)?)))
        .collect();
    assert_eq!(
        files,
        [
            ("collectInvestigationPackage", "getPackageLink"),
            ("getPackageLink", "getPackageLink"),
            ("runScript", "getActionResults"),
            ("getFile", "getActionResults"),
            ("getActionResults", "getActionResults"),
        ]
    );
    assert!(CATALOGUE.iter().all(|action| !action.category.is_empty()));
}

#[test]
fn parameters_that_may_hold_secrets_are_write_only_and_never_repeated() {
    let schema = |name: &str| -> Value {
        serde_json::from_str(&schema_text(&Shaped::Object(actions::find(name).unwrap().params)))
            .unwrap()
    };
    let write_only = |value: &Value| value["writeOnly"] == true;
    let script = schema("runScript");
    assert!(write_only(&script["properties"]["parameters"]["properties"]["args"]));
    assert!(!write_only(&script["properties"]["parameters"]["properties"]["scriptName"]));
    assert!(write_only(
        &schema("runLiveResponse")["properties"]["commands"]["items"]["properties"]["args"]
    ));
    let upload = schema("uploadLibraryFile");
    assert!(
        ["content", "contentBase64"].iter().all(|name| write_only(&upload["properties"][name]))
    );
    for args in [json!(-12345.5), json!({ "x": "hunter2" }), json!(["hunter2"])] {
        let params = json!({
            "id": "d1000000000000000000000000000000",
            "parameters": { "scriptName": "s", "args": args }
        });
        let error = bench().call("runScript", params).unwrap_err();
        assert!(
            !error.message().contains("hunter2") && !error.message().contains("12345"),
            "{}",
            error.message()
        );
    }
}

#[test]
fn details_are_as_their_schema_says() {
    let schema: Value = serde_json::from_str(details::SCHEMA).unwrap();
    let schema = jsonschema::draft202012::new(&schema).unwrap();
    let mut errors = vec![bench().call("getAgentDetails", json!({ "x": 1 })).unwrap_err()];
    for (status, body) in [
        (403, refusal("Forbidden")),
        (404, refusal("ResourceNotFound")),
        (429, refusal("TooManyRequests")),
    ] {
        let mut bench = bench_with(
            json!({ "maxRetries": 0 }),
            json!({ "accessToken": token(&["Machine.Isolate"]) }),
        );
        bench.network.answer(status, &body);
        errors.push(bench.isolate().unwrap_err());
    }
    for error in errors {
        let details = json!({ error.kind().name(): error.details().unwrap() });
        assert!(schema.is_valid(&details), "{details}");
    }
    assert!(!schema.is_valid(&json!({ "invalid-params": {} })));
    assert!(!schema.is_valid(&json!({ "forbidden": { "granted": "all" } })));
}
