//! Hunting in the API and in Graph.

use super::*;

const GRAPH: &str = "https://graph.microsoft.com/v1.0/security/runHuntingQuery";

fn hunt(client: &Client, query: &str) -> Reply {
    client.post("/api/advancedqueries/run", &json!({ "Query": query }))
}

fn at_graph(service: &Service, token: &str, sent: &Value) -> Reply {
    let request = Request::new("POST", GRAPH)
        .header("content-type", "application/json; charset=utf-8")
        .body(sent.to_string());
    service.answer(&request.header("authorization", format!("Bearer {token}")))
}

fn graph_token(service: &Service) -> String {
    let reply = service
        .answer(&sign_in("https%3A%2F%2Fgraph.microsoft.com%2F.default", demo::CLIENT_SECRET));
    body(&reply)["access_token"].as_str().unwrap().to_owned()
}

#[test]
fn queries_are_carried_out() {
    let client = Client::new(Scenario::default());
    let rows = |query: &str| body(&hunt(&client, query))["Results"].as_array().unwrap().clone();
    assert_eq!(rows("DeviceInfo").len(), 9);
    assert_eq!(rows("// two\nDeviceInfo\n| take 2").len(), 2);
    assert_eq!(rows("DeviceInfo | limit 3;").len(), 3);
    assert_eq!(rows("DeviceInfo | count"), [json!({ "Count": 9 })]);
    let query = "DeviceInfo | where DeviceName =~ 'KIOSK.example.test' | project DeviceId | take 1";
    assert_eq!(rows(query), [json!({ "DeviceId": demo::TWIN_A })]);
    assert_eq!(rows("DeviceInfo | where DeviceName == \"a | b\"").len(), 0);
    assert_eq!(rows("DeviceLogonEvents | where AccountName == \"jdoe\"").len(), 2);
    let reply = body(&hunt(&client, "DeviceInfo | project DeviceId, Timestamp"));
    assert_eq!(
        reply["Schema"],
        json!(
            [{ "Name": "DeviceId", "Type": "String" }, { "Name": "Timestamp", "Type": "DateTime" }]
        )
    );
}

#[test]
fn wrong_queries_are_refused() {
    let client = Client::new(Scenario::default());
    for query in [
        "bad syntax",
        "bad",
        "DeviceInfo | take",
        "DeviceInfo | take x",
        "DeviceInfo | where Nothing == 'x'",
        "DeviceInfo | where DeviceName == x",
        "DeviceInfo | where DeviceName == 'x' or true",
        "DeviceInfo | summarize count()",
        "DeviceInfo |",
    ] {
        assert_eq!(refusal(&hunt(&client, query)), refused(400, "BadRequest"), "{query}");
    }
    let run = |sent: Value| refusal(&client.post("/api/advancedqueries/run", &sent));
    assert_eq!(run(json!({ "query": "DeviceInfo" })), refused(400, "InvalidRequestBody"));
    assert_eq!(
        run(json!({ "Query": "DeviceInfo", "Timespan": "P1D" })),
        refused(400, "InvalidRequestBody")
    );
    assert_eq!(run(json!({})), refused(400, "MissingRequiredParameter"));
}

#[test]
fn graph_has_its_own_tokens_names_and_errors() {
    let client = Client::new(Scenario::default());
    let token = graph_token(&client.service);
    let sent = json!({ "Query": "DeviceInfo | take 2", "Timespan": "P7D" });
    let reply = body(&at_graph(&client.service, &token, &sent));
    assert_eq!(
        (reply["results"].as_array().unwrap().len(), &reply["schema"][1]["name"]),
        (2, &json!("DeviceId"))
    );

    let foreign = at_graph(&client.service, &client.token, &sent);
    assert_eq!(refusal(&foreign), refused(401, "InvalidAuthenticationToken"));
    let error = &body(&foreign)["error"];
    assert!(
        error["innerError"]["request-id"].is_string() && error.get("target").is_none(),
        "{error}"
    );
    let wrong =
        at_graph(&client.service, &token, &json!({ "Query": "DeviceInfo", "Timespan": "week" }));
    assert_eq!(refusal(&wrong), refused(400, "BadRequest"));
    let wrong = at_graph(&client.service, &token, &json!({ "query": "DeviceInfo" }));
    assert_eq!(refusal(&wrong), refused(400, "InvalidRequestBody"));

    client.service.set_roles(["AdvancedQuery.Read.All"]);
    let token = graph_token(&client.service);
    let reply = at_graph(&client.service, &token, &sent);
    let text = "Missing application roles. API required roles: ThreatHunting.Read.All, application roles: .";
    assert_eq!((reply.status, &body(&reply)["error"]["message"]), (403, &json!(text)));
}
