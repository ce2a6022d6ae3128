mod families;
mod types;
mod vulnerabilities;

use serde_json::{Value, json};

use super::{ApiRequest, build};
use crate::actions;
use crate::error::Error;
use crate::schema;
use crate::transport::Method;

fn request(action: &str, params: Value) -> Result<ApiRequest, Error> {
    let action = actions::find(action).unwrap();
    let mut problems = Vec::new();
    let input = schema::read(action.params, params.as_object().unwrap().clone(), "", &mut problems);
    assert!(problems.is_empty(), "{problems:?}");
    build(action, action.route().unwrap_or_else(|| panic!("{} has no route", action.name)), &input)
}

fn target(action: &str, params: Value) -> String {
    request(action, params).unwrap().target
}

fn filter(action: &str, params: Value) -> String {
    let target = target(action, params);
    let (_, filter) = target.split_once("$filter=").unwrap();
    percent_encoding::percent_decode_str(filter).decode_utf8().unwrap().into_owned()
}

#[test]
fn bodies_have_the_service_s_names() {
    let cases = [
        (
            "isolateHost",
            json!({ "id": "d1000000000000000000000000000000", "comment": "c" }),
            "/api/machines/d1000000000000000000000000000000/isolate",
            json!({ "Comment": "c", "IsolationType": "Full" }),
        ),
        (
            "releaseHost",
            json!({ "id": "d1000000000000000000000000000000", "comment": "c" }),
            "/api/machines/d1000000000000000000000000000000/unisolate",
            json!({ "Comment": "c" }),
        ),
        (
            "cancelAction",
            json!({ "actionId": "a1", "comment": "c" }),
            "/api/machineactions/a1/cancel",
            json!({ "Comment": "c" }),
        ),
        (
            "runScript",
            json!({
                "id": "d1000000000000000000000000000000", "comment": "c",
                "parameters": { "scriptName": "a b.ps1", "args": "-X 'y'" }
            }),
            "/api/machines/d1000000000000000000000000000000/runliveresponse",
            json!({ "Comment": "c", "Commands": [{ "type": "RunScript", "params": [
                {
                    "key": "ScriptName", "value": "a b.ps1"
                }, { "key": "Args", "value": "-X 'y'" }] }] }),
        ),
    ];
    for (action, params, target, body) in cases {
        let request = request(action, params).unwrap();
        assert_eq!((request.method, request.target.as_str()), (Method::Post, target), "{action}");
        assert_eq!(serde_json::from_slice::<Value>(&request.body).unwrap(), body, "{action}");
    }
}

#[test]
fn a_script_without_arguments_has_none() {
    let request = request(
        "runScript",
        json!({
            "id": "d1000000000000000000000000000000", "parameters": { "scriptName": "a.ps1" }
        }),
    )
    .unwrap();
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(body["Commands"][0]["params"], json!([{ "key": "ScriptName", "value": "a.ps1" }]));
}

#[test]
fn reads_have_no_body() {
    for (action, params) in [
        ("getAgentDetails", json!({ "id": "x" })),
        ("getAgentList", json!({})),
        ("getActions", json!({})),
        ("getLibraryFiles", json!({})),
    ] {
        let request = request(action, params).unwrap();
        assert!(request.is_read() && request.body.is_empty(), "{action}");
    }
}

#[test]
fn ids_are_one_encoded_segment() {
    assert_eq!(
        target("getAgentDetails", json!({ "id": "ws 1(a)'&=+é" })),
        "/api/machines/ws%201%28a%29%27%26%3D%2B%C3%A9"
    );
}

#[test]
fn lists_are_paged_sorted_and_counted() {
    let actions = |params| target("getActions", params);
    assert_eq!(actions(json!({})), "/api/machineactions?$count=true&$top=20");
    assert_eq!(
        actions(json!({ "page": 3, "pageSize": "100" })),
        "/api/machineactions?$count=true&$top=100&$skip=200"
    );
    assert_eq!(
        actions(json!({ "sortDirection": "asc" })),
        "/api/machineactions?$count=true&$top=20"
    );
    assert_eq!(
        actions(json!({ "sortField": "type" })),
        "/api/machineactions?$count=true&$top=20&$orderby=type%20desc"
    );
    assert_eq!(
        actions(json!({ "sortField": "type", "sortDirection": "asc" })),
        "/api/machineactions?$count=true&$top=20&$orderby=type%20asc"
    );
}

#[test]
fn filters_are_typed_and_quoted() {
    assert_eq!(
        filter("getActions", json!({ "id": "a", "status": "Pending", "page": 2 })),
        "id eq 'a' and status eq 'Pending'"
    );
    assert_eq!(
        filter("getActions", json!({ "type": ["Isolate", "Unisolate"] })),
        "type in ('Isolate','Unisolate')"
    );
    assert_eq!(
        filter("getAgentList", json!({ "computerDnsName": "o'brien's" })),
        "computerDnsName eq 'o''brien''s'"
    );
    assert_eq!(
        filter("getAgentList", json!({ "computerDnsName": ["a'", "b) or (1 eq 1"] })),
        "computerDnsName in ('a''','b) or (1 eq 1')"
    );
    assert_eq!(filter("getAgentList", json!({ "aaDeviceId": "x" })), "aadDeviceId eq 'x'");
    assert_eq!(filter("getAgentList", json!({ "rbacGroupId": 42 })), "rbacGroupId eq 42");
    assert_eq!(filter("getAgentList", json!({ "rbacGroupId": "42" })), "rbacGroupId eq 42");
    assert_eq!(
        filter("getAgentList", json!({ "lastSeen": "2026-03-01T08:44:05Z" })),
        "lastSeen eq 2026-03-01T08:44:05Z"
    );
    assert_eq!(
        filter(
            "getAgentList",
            json!({
                "lastSeen": { "ge": "2026-03-01T08:44:05Z", "lt": "2026-03-02T08:44:05+01:00" }
            })
        ),
        "lastSeen ge 2026-03-01T08:44:05Z and lastSeen lt 2026-03-02T08:44:05+01:00"
    );
    assert_eq!(
        filter("getAgentList", json!({ "machineTags": "x'y" })),
        "machineTags/any(tag: tag eq 'x''y')"
    );
    assert_eq!(
        filter("getAgentList", json!({ "machineTags": ["x", "y"] })),
        "machineTags/any(tag: tag eq 'x' or tag eq 'y')"
    );
    assert_eq!(
        target("getAgentList", json!({ "lastSeen": {} })),
        "/api/machines?$count=true&$top=20"
    );
}

#[test]
fn separators_in_values_are_encoded() {
    let target = target("getAgentList", json!({ "computerDnsName": "a&$top=1#?+%20 é" }));
    assert!(
        target
            .ends_with("$filter=computerDnsName%20eq%20%27a%26$top%3D1%23%3F%2B%2520%20%C3%A9%27"),
        "{target}"
    );
}

#[test]
fn a_url_that_no_server_takes_is_refused() {
    let names: Vec<String> = (0..150).map(|n| format!("{n:0>200}")).collect();
    let error = request("getAgentList", json!({ "computerDnsName": names })).unwrap_err();
    assert!(error.message().contains("16384"), "{}", error.message());
}
