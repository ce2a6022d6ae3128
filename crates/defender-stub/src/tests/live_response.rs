//! Live response: commands, results and their links.

use std::time::Duration;

use super::*;

fn command(kind: &str, params: &[(&str, &str)]) -> Value {
    let params: Vec<Value> =
        params.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect();
    json!({ "type": kind, "params": params })
}

fn run(client: &Client, id: &str, commands: &[Value]) -> Reply {
    client.post(
        &format!("/api/machines/{id}/runliveresponse"),
        &json!({ "Comment": "case 1", "Commands": commands }),
    )
}

fn link(client: &Client, action: &Value, index: usize) -> Reply {
    let id = action["id"].as_str().unwrap();
    client
        .get(&format!("/api/machineactions/{id}/GetLiveResponseResultDownloadLink(index={index})"))
}

fn download(client: &Client, link: &Reply) -> Reply {
    client.service.answer(&Request::new("GET", body(link)["value"].as_str().unwrap()))
}

fn script(name: &str) -> Value {
    command("RunScript", &[("ScriptName", name), ("Args", "-Case 1042")])
}

#[test]
fn commands_run_in_order_and_leave_results() {
    let client = Client::new(Scenario::default());
    let put = command("PutFile", &[("FileName", "tool.exe")]);
    let fetch = command("GetFile", &[("Path", "C:\\Windows\\Temp\\out.txt")]);
    let action = body(&run(&client, demo::WINDOWS, &[put, script("triage.ps1"), fetch]));
    assert_eq!(action["commands"][2]["commandStatus"], "Created");
    assert_eq!(link(&client, &action, 1).status, 404);
    client.service.advance(Duration::from_secs(4));
    let done = &client.service.machine_actions()[0];
    assert_eq!(
        (&done["status"], &done["commands"][2]["commandStatus"]),
        (&json!("Succeeded"), &json!("Completed"))
    );
    assert_eq!(link(&client, &action, 0).status, 404);
    assert_eq!(link(&client, &action, 3).status, 404);

    let result = download(&client, &link(&client, &action, 1));
    let output = body(&result);
    assert_eq!(
        (output["exit_code"].as_i64(), output["script_name"].as_str()),
        (Some(0), Some("triage.ps1"))
    );
    let text = output["script_output"].as_str().unwrap();
    assert!(text.starts_with("Transcript started") && text.contains("args: -Case 1042"), "{text}");
    let file = download(&client, &link(&client, &action, 2));
    assert_eq!(file.header("content-disposition"), Some("attachment; filename=\"out.txt.gz\""));
    assert_eq!(file.body[..2], [0x1f, 0x8b]);
}

#[test]
fn the_first_failure_stops_the_rest() {
    let client = Client::new(Scenario::default());
    let action = body(&run(
        &client,
        demo::WINDOWS,
        &[script("triage.ps1"), script("fail.ps1"), script("warn.sh")],
    ));
    client.service.advance(Duration::from_secs(4));
    let done = &client.service.machine_actions()[0];
    let statuses: Vec<_> =
        (0..3).map(|index| done["commands"][index]["commandStatus"].as_str().unwrap()).collect();
    assert_eq!(
        (done["status"].as_str(), statuses),
        (Some("Failed"), vec!["Completed", "Failed", "Created"])
    );
    assert_ne!(done["errorHResult"], 0);
    assert_eq!(body(&download(&client, &link(&client, &action, 1)))["exit_code"], 3);
    assert_eq!(link(&client, &action, 2).status, 404);
}

#[test]
fn requests_are_checked() {
    let client = Client::new(Scenario::default());
    let fetch = command("GetFile", &[("Path", "/tmp/x")]);
    let trials = [
        (vec![], refused(400, "MissingRequiredParameter")),
        (vec![fetch.clone(), script("triage.ps1")], refused(400, "InvalidRequestBody")),
        (vec![command("Format", &[])], refused(400, "InvalidRequestBody")),
        (vec![command("RunScript", &[("scriptName", "x")])], refused(400, "InvalidRequestBody")),
        (vec![command("RunScript", &[("Args", "x")])], refused(400, "MissingRequiredParameter")),
        (vec![json!({ "Type": "GetFile", "params": [] })], refused(400, "InvalidRequestBody")),
    ];
    for (commands, expected) in trials {
        assert_eq!(refusal(&run(&client, demo::WINDOWS, &commands)), expected, "{commands:?}");
    }
    assert_eq!(run(&client, demo::WINDOWS, std::slice::from_ref(&fetch)).status, 201);
    assert_eq!(
        refusal(&run(&client, demo::WINDOWS, std::slice::from_ref(&fetch))),
        refused(400, "ActiveRequestAlreadyExists")
    );
    client.service.with_scenario(|state| state.live_response_sessions = 1);
    assert_eq!(refusal(&run(&client, demo::LINUX, &[fetch])), refused(429, "TooManyRequests"));
}

#[test]
fn links_are_signed_expire_and_take_no_bearer() {
    let client = Client::new(Scenario::default());
    let action = body(&run(&client, demo::WINDOWS, &[script("triage.ps1")]));
    client.service.advance(Duration::from_secs(4));
    let url = body(&link(&client, &action, 0))["value"].as_str().unwrap().to_owned();
    assert!(url.starts_with("https://stubresults.blob.core.windows.net/results/"), "{url}");
    let get = |url: &str| client.service.answer(&Request::new("GET", url));
    assert_eq!(get(&url).status, 200);
    assert_eq!(client.service.answer(&client.with_token(Request::new("GET", &url))).status, 400);
    assert_eq!(get(&url.replace("sp=r", "sp=r&x=y")).status, 200);
    assert_eq!(get(&url.replace("se=2", "se=3")).status, 403);
    assert_eq!(get(&url.replace("/0?", "/1?")).status, 403);
    client.service.advance(Duration::from_secs(30 * 60));
    assert_eq!(get(&url).status, 403);
    assert_eq!(get(body(&link(&client, &action, 0))["value"].as_str().unwrap()).status, 200);
}

#[test]
fn a_cancelled_session_keeps_what_was_done() {
    let client = Client::new(Scenario::default());
    let action = body(&run(&client, demo::WINDOWS, &[script("triage.ps1"), script("warn.sh")]));
    // One second pending, and one second for each command.
    client.service.advance(Duration::from_millis(2500));
    let path = format!("/api/machineactions/{}/cancel", action["id"].as_str().unwrap());
    let cancelled = body(&client.post(&path, &json!({ "Comment": "enough" })));
    assert_eq!(cancelled["commands"][0]["commandStatus"], "Completed");
    client.service.advance(Duration::from_secs(60));
    assert_eq!(link(&client, &action, 0).status, 200);
    assert_eq!(link(&client, &action, 1).status, 404);
}
