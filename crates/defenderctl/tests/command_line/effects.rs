//! A plugin that calls a change a read, or says that it sent nothing: the host holds it to its
//! word, and believes what it has sent itself.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;
#[cfg(unix)]
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::run::Call;
use crate::world::Folder;

/// A server that answers everything with an empty 200, and a folder with settings that lead to it.
struct Service {
    folder: Folder,
    url: String,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Service {
    fn start(host: Value) -> Self {
        Self::of(host, true)
    }

    /// Starts one that reads requests and answers none.
    fn silent() -> Self {
        Self::of(json!({}), false)
    }

    fn of(host: Value, answers: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let heads = Arc::<Mutex<Vec<String>>>::default();
        let log = Arc::clone(&heads);
        thread::spawn(move || {
            let mut open = Vec::new();
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { continue };
                let mut head = vec![0; 16 << 10];
                let read = stream.read(&mut head).unwrap_or(0);
                let head = String::from_utf8_lossy(&head[..read]).into_owned();
                log.lock().expect("no panic").push(head.lines().next().unwrap_or("").to_owned());
                if !answers {
                    open.push(stream);
                    continue;
                }
                let _ = stream.write_all(
                    b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
                );
            }
        });
        let folder = Folder::new();
        folder.write("hostile.wasm", hostile_plugins::HOSTILE);
        let mut settings =
            json!({ "config": {}, "secrets": {}, "host": { "allowedHosts": [url] } });
        if let (Value::Object(all), Value::Object(more)) = (&mut settings["host"], host) {
            all.extend(more);
        }
        folder.write("hostile.json", settings.to_string());
        Self { folder, url, heads }
    }

    /// Runs an action that posts an isolation.
    fn run(&self, action: &str, more: &str) -> Call {
        let url = format!("{}/api/machines/m1/isolate", self.url);
        self.folder.call(&format!(
            "run {action} -c hostile.json --plugin hostile.wasm --audit audit.jsonl -p url={url} {more}"
        ))
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().expect("no panic").clone()
    }

    fn audited(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.folder.path("audit.jsonl")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }
}

#[test]
fn what_a_plugin_calls_a_read_sends_no_change_and_the_result_says_what_was_refused() {
    let service = Service::start(json!({}));
    let document = service.run("read", "--json").succeeds();
    let warning = &document["warnings"][0];
    assert_eq!(warning["code"], "request-refused");
    assert_eq!(
        warning["details"],
        json!({
            "method": "POST", "origin": service.url, "path": "/api/machines/m1/isolate",
            "reason": "reads-only",
        })
    );
    let dry = format!(r#"--json --params {{"dryRun":true,"url":"{}/x"}}"#, service.url);
    let document = service
        .folder
        .call(&format!("run disrupt -c hostile.json --plugin hostile.wasm {dry}"))
        .succeeds();
    assert_eq!(document["warnings"][0]["code"], "request-refused");
    let ran = service.run("read", "-p lying=1").ends(1);
    assert!(ran.stderr.contains("this call may only read"), "{}", ran.stderr);
    assert!(
        ran.stderr.contains(r#"`host.readPosts`: "/api/machines/m1/isolate""#),
        "{}",
        ran.stderr
    );
    assert!(service.heads().is_empty(), "{:?}", service.heads());
    assert!(service.audited().is_empty());
}

#[test]
fn a_post_that_the_operator_lists_as_a_read_is_sent() {
    let service = Service::start(json!({ "readPosts": ["/m1/isolate"] }));
    let document = service.run("read", "--json").succeeds();
    assert_eq!(document["warnings"], json!([]));
    assert_eq!(service.heads(), ["POST /api/machines/m1/isolate HTTP/1.1"]);
    let wrong = Service::start(json!({ "readPosts": ["/ok", "queries"] }));
    let document = wrong.run("read", "--json").fails(2, "invalid-config");
    assert_eq!(document["error"]["details"][0]["pointer"], "/host/readPosts/1");
}

#[test]
fn what_a_foreign_plugin_calls_a_change_is_asked_about_and_written_down() {
    for action in ["change", "disrupt"] {
        let service = Service::start(json!({}));
        service.run(action, "--json").fails(2, "denied");
        assert!(service.heads().is_empty(), "{action}: {:?}", service.heads());
        service.run(action, "--json --yes").succeeds();
        assert_eq!(service.heads().len(), 1, "{action}");
        let phases: Vec<Value> =
            service.audited().iter().map(|line| line["phase"].clone()).collect();
        assert_eq!(phases, ["before", "after"], "{action}");
    }
}

#[test]
fn what_was_sent_may_have_been_carried_out_whatever_a_plugin_says() {
    for form in ["", "-p form=grant_type=client_credentials"] {
        let service = Service::start(json!({}));
        let document = service.run("change", &format!("--json --yes -p lying=1 {form}"));
        let document = document.fails(1, "rejected");
        assert_eq!(document["error"]["retry"], "unknown", "{form}");
        assert_eq!(service.audited()[1]["error"]["maybeCarriedOut"], true, "{form}");
        assert_eq!(service.heads().len(), 1, "{form}");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_call_may_have_been_carried_out_whatever_form_its_request_had() {
    for form in ["", "-p form=a=b", "-p form=grant_type=client_credentials"] {
        let service = Service::silent();
        let running = service.run("change", &format!("--json --yes {form}")).start();
        let begun = Instant::now();
        while service.heads().is_empty() && begun.elapsed() < Duration::from_secs(60) {
            thread::sleep(Duration::from_millis(20));
        }
        running.interrupt();
        let document = running.ends(1).json();
        assert_eq!(document["error"]["retry"], "unknown", "{form}: {document}");
        assert_eq!(document["error"]["details"]["maybeCarriedOut"], true, "{form}: {document}");
        assert_eq!(service.audited()[1]["error"]["maybeCarriedOut"], true, "{form}");
    }
}

#[test]
fn an_allowed_host_may_be_held_to_methods_and_paths() {
    let table = [
        (json!({ "methods": ["GET"] }), Some("method")),
        (json!({ "methods": ["POST"], "paths": ["/api/machines"] }), None),
        (json!({ "paths": ["/api/machine"] }), Some("path")),
        (json!({ "methods": [] }), Some("method")),
    ];
    for (only, reason) in table {
        let service = Service::start(json!({}));
        let mut entry = only.clone();
        entry["origin"] = json!(service.url);
        let settings = json!({ "config": {}, "secrets": {}, "host": { "allowedHosts": [entry] } });
        service.folder.write("hostile.json", settings.to_string());
        let document = service.run("change", "--json --yes").succeeds();
        let refused = document["warnings"][0]["details"]["reason"].as_str();
        assert_eq!(refused, reason, "{only}");
        assert_eq!(service.heads().is_empty(), reason.is_some(), "{only}");
    }
}
