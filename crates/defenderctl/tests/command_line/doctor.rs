//! `doctor`: every step between the settings and the service, and a remedy for each that fails.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use serde_json::{Value, json};

use crate::run::Ran;
use crate::secrets::assert_silent;
use crate::shape::assert_members;
use crate::tls_front::{AUTHORITY, TlsFront};
use crate::world::{SETTINGS, World};

/// The steps that `doctor` finds with these changes to the settings.
fn steps(world: &World, changes: Value, code: i32) -> Vec<Value> {
    world.settings(SETTINGS, changes);
    let ran = world.call("doctor -c prod.json --json").ends(code);
    assert_silent(&ran, &[world.secret()], "doctor");
    found(&ran)
}

fn found(ran: &Ran) -> Vec<Value> {
    let document = ran.json();
    assert_members(&document, &["status", "connectorId", "steps"]);
    assert_eq!(document["status"], if ran.code == Some(0) { "ok" } else { "error" });
    assert_eq!(document["connectorId"], "prod");
    let steps = document["steps"].as_array().expect("steps").clone();
    for step in &steps {
        assert_members(step, &["name", "target", "status", "detail", "remedy", "durationMs"]);
        let ill = step["status"] == "failed" || step["status"] == "warning";
        assert!(!ill || step["remedy"].is_string(), "no remedy: {step}");
    }
    steps
}

/// The step of that name, at that origin if there are several.
fn step<'a>(steps: &'a [Value], name: &str, target: Option<&str>) -> &'a Value {
    let mut of_name = steps.iter().filter(|step| step["name"] == name);
    let found = of_name.find(|step| target.is_none_or(|target| step["target"] == target));
    found.unwrap_or_else(|| panic!("no {name} at {target:?} in {steps:#?}"))
}

/// A step failed at an origin, with these words in the remedy, and what comes after it was not
/// tried.
fn assert_ends(steps: &[Value], name: &str, target: &str, remedy: &str, skipped: &[&str]) {
    let failed = step(steps, name, Some(target));
    assert_eq!(failed["status"], "failed", "{failed}");
    assert!(failed["remedy"].as_str().expect("a remedy").contains(remedy), "{failed}");
    for name in skipped {
        assert_eq!(step(steps, name, Some(target))["status"], "skipped", "{name} in {steps:#?}");
    }
}

/// The status of a step that has no origin.
fn status<'a>(steps: &'a [Value], name: &str) -> &'a str {
    step(steps, name, None)["status"].as_str().expect("a status")
}

/// A server that gives every connection this answer and hangs up.
fn answering(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut head = [0; 4096];
            let _ = stream.read(&mut head);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    format!("http://{address}")
}

#[test]
fn what_is_well_is_passed_step_by_step() {
    let world = World::new();
    world.folder.write("secret.txt", world.secret());
    let found =
        steps(&world, json!({ "secrets": { "clientSecret": { "env": "STUB_SECRET" } } }), 1);
    assert_eq!(status(&found, "settings"), "failed");
    world.settings(SETTINGS, json!({ "secrets": { "clientSecret": { "env": "STUB_SECRET" } } }));
    let ran = world.call("doctor -c prod.json --json").env("STUB_SECRET", world.secret()).ends(0);
    let found = found_passed(&ran);
    let names: Vec<&str> = found.iter().filter_map(|step| step["name"].as_str()).collect();
    let way = ["allow-list", "name-resolution", "tcp", "answer"];
    let before = ["settings", "secret-files", "component", "configure"];
    let after = ["clock", "token", "audience", "roles", "read", "permissions"];
    assert_eq!(names, [&before[..], &way, &way, &after].concat());
    let token = step(&found, "token", None)["detail"].as_str().expect("a detail");
    assert!(token.contains("min"), "how long it is good: {token}");
    let text = world.call("doctor -c prod.json").env("STUB_SECRET", world.secret()).ends(0).stdout;
    assert_eq!(text.lines().count(), names.len(), "{text}");
}

fn found_passed(ran: &Ran) -> Vec<Value> {
    let found = found(ran);
    assert!(found.iter().all(|step| step["status"] == "passed"), "{found:#?}");
    found
}

#[test]
fn a_name_that_leads_nowhere_and_a_closed_port_end_their_way_and_no_other() {
    let world = World::new();
    let api = "https://api.nothing.invalid";
    let found = steps(&world, json!({ "config": { "apiUrl": api } }), 1);
    assert_ends(&found, "name-resolution", api, "host.proxyUrl", &["tcp", "tls", "answer"]);
    assert_eq!((status(&found, "token"), status(&found, "read")), ("passed", "skipped"));

    let closed =
        TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let login = format!("http://{closed}");
    let found = steps(&world, json!({ "config": { "oAuthServerUrl": login } }), 1);
    assert_ends(&found, "tcp", &login, &closed.to_string(), &["answer"]);
    for name in ["token", "audience", "roles", "read", "permissions"] {
        assert_eq!(status(&found, name), "skipped");
    }
}

#[test]
fn nothing_is_looked_up_or_called_that_the_allow_list_does_not_have() {
    let world = World::new();
    let url = world.first_line["url"].as_str().expect("a URL").to_owned();
    let found = steps(&world, json!({ "host": { "allowedHosts": [] } }), 1);
    assert_ends(
        &found,
        "allow-list",
        &url,
        &format!("\"{url}\""),
        &["name-resolution", "tcp", "answer"],
    );
    assert_eq!(status(&found, "token"), "skipped");
    #[cfg(unix)]
    assert!(world.end().stderr.contains("0 requests served"));
}

#[test]
fn a_foreign_plugin_is_believed_no_more_than_by_the_other_commands() {
    let world = World::new();
    world.call("component export -o other.wasm").ends(0);
    let found = found(&world.call("doctor -c prod.json --plugin other.wasm --json").ends(1));
    let url = world.first_line["url"].as_str().expect("a URL");
    assert_eq!(step(&found, "allow-list", Some(url))["status"], "failed");
}

#[test]
fn hunting_that_is_left_out_on_purpose_is_a_warning() {
    let world = World::new();
    let graph = "https://graph.nothing.invalid";
    let allowed = json!([world.first_line["url"], world.first_line["storageUrl"]]);
    let found = steps(
        &world,
        json!({ "config": { "graphUrl": graph }, "host": { "allowedHosts": allowed } }),
        0,
    );
    let left_out = step(&found, "allow-list", Some(graph));
    assert_eq!(left_out["status"], "warning", "{left_out}");
    assert_eq!(step(&found, "tls", Some(graph))["status"], "skipped");
    assert_eq!(status(&found, "read"), "passed");
}

#[test]
fn a_certificate_is_shown_whether_it_is_trusted_or_not() {
    let world = World::new();
    let front = TlsFront::before(world.first_line["url"].as_str().expect("a URL"));
    let origin = front.origin.as_str();
    let config = json!({ "apiUrl": origin, "oAuthServerUrl": origin, "graphUrl": origin });
    let found = steps(&world, json!({ "config": config }), 1);
    assert_ends(&found, "tls", origin, "certificateAuthoritiesFiles", &["answer"]);
    let detail = step(&found, "tls", None)["detail"].as_str().expect("a detail");
    assert!(detail.contains(AUTHORITY), "{detail}");

    world.folder.write("ca.pem", &front.ca_pem);
    let trusted = json!([{ "url": origin, "ssl": { "certificateAuthoritiesFiles": ["ca.pem"] } }]);
    let found =
        steps(&world, json!({ "config": config, "host": { "customHostSettings": trusted } }), 0);
    let detail = step(&found, "tls", None)["detail"].as_str().expect("a detail");
    for part in ["TLS 1.3", AUTHORITY, "until 2091-02-03"] {
        assert!(detail.contains(part), "{part} in {detail}");
    }
    assert_eq!(status(&found, "read"), "passed");
}

#[test]
fn a_proxy_that_refuses_is_reported_with_what_it_wants() {
    let world = World::new();
    let api = "https://api.nothing.invalid";
    let proxied =
        |proxy: &str| json!({ "config": { "apiUrl": api }, "host": { "proxyUrl": proxy } });
    for (answer, remedy) in [
        ("HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n", "user and password"),
        ("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", "CONNECT to api.nothing.invalid:443"),
    ] {
        let found = steps(&world, proxied(&answering(answer)), 1);
        assert_ends(&found, "proxy", api, remedy, &["tls", "answer"]);
        assert_eq!(step(&found, "tcp", Some(api))["status"], "passed");
    }
}

#[test]
fn a_clock_that_differs_from_the_server_s_is_reported() {
    let world = World::new();
    let api = answering(
        "HTTP/1.1 404 No\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nContent-Length: 0\r\n\r\n",
    );
    let found = steps(&world, json!({ "config": { "apiUrl": api } }), 1);
    let clock = step(&found, "clock", Some(&api));
    assert_eq!(clock["status"], "failed");
    assert!(clock["remedy"].as_str().expect("a remedy").contains("time server"), "{clock}");
    assert!(clock["detail"].as_str().expect("a detail").contains("ahead"), "{clock}");
}

#[test]
fn a_wrong_secret_and_a_missing_role_say_where_to_fix_them() {
    let world = World::with(json!({ "roles": ["Machine.Read.All"] }));
    let found = steps(&world, json!({ "secrets": { "clientSecret": "not-this-one" } }), 1);
    let token = step(&found, "token", None);
    assert_eq!(token["status"], "failed");
    for part in ["AADSTS7000215", "Certificates & secrets"] {
        assert!(token["detail"].as_str().expect("a detail").contains(part), "{part} in {token}");
    }
    assert!(token["remedy"].as_str().expect("a remedy").contains("/error?code=7000215"), "{token}");
    assert_eq!((status(&found, "roles"), status(&found, "permissions")), ("skipped", "skipped"));

    let found = steps(&world, json!({}), 0);
    let permissions = step(&found, "permissions", None);
    assert_eq!(permissions["status"], "warning");
    for part in ["Machine.Isolate", "WindowsDefenderATP", "/adminconsent?client_id="] {
        assert!(
            permissions["remedy"].as_str().expect("a remedy").contains(part),
            "{part} in {permissions}"
        );
    }
}

#[test]
fn an_application_without_any_permission_fails() {
    let world = World::with(json!({ "roles": [] }));
    let found = steps(&world, json!({}), 1);
    assert_eq!(status(&found, "roles"), "failed");
    assert!(
        step(&found, "roles", None)["remedy"].as_str().expect("a remedy").contains("admin consent")
    );
}

#[test]
fn result_storage_that_no_link_has_named_yet_is_not_checked() {
    let world = World::new();
    let found = steps(&world, json!({ "config": { "resultHosts": ["*.blob.example"] } }), 0);
    assert_eq!(step(&found, "result-storage", Some("https://*.blob.example"))["status"], "skipped");
}

#[test]
fn settings_that_cannot_be_used_leave_nothing_to_call() {
    let world = World::new();
    let found = steps(&world, json!({ "config": { "tenantId": "a/b" } }), 1);
    assert_eq!((status(&found, "component"), status(&found, "configure")), ("passed", "failed"));
    assert!(
        step(&found, "configure", None)["detail"]
            .as_str()
            .expect("a detail")
            .contains("/config/tenantId")
    );
    for name in ["way", "clock", "token"] {
        assert_eq!(status(&found, name), "skipped");
    }
}

#[cfg(unix)]
#[test]
fn a_secret_that_others_may_read_is_a_warning() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt;

    let world = World::new();
    world.folder.write("secret.txt", world.secret());
    let secret = json!({ "secrets": { "clientSecret": { "file": "secret.txt" } } });
    for (mode, status_of_it) in [(0o644, "warning"), (0o600, "passed")] {
        set_permissions(world.folder.path("secret.txt"), Permissions::from_mode(mode))
            .expect("permissions");
        let found = steps(&world, secret.clone(), 0);
        assert_eq!(status(&found, "secret-files"), status_of_it, "{mode:o}");
    }
}
