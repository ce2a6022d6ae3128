//! The sandbox: no network beyond what is allowed, and an end to a plugin that takes too much.

use std::io::ErrorKind;
use std::net::TcpListener;

use serde_json::json;

use crate::shape::assert_members;
use crate::world::{Folder, MACHINE, World};

#[test]
fn an_empty_allow_list_lets_nothing_out() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let world = World::new();
    let config = json!({ "apiUrl": url, "oAuthServerUrl": url, "graphUrl": url });
    world.settings("closed.json", json!({ "config": config, "host": { "allowedHosts": [] } }));
    let isolate = format!("run isolateHost --yes -p id={MACHINE} -p comment=c");
    for arguments in [isolate.as_str(), "run getActionResults -p id=x --to out.bin"] {
        let document = world.call(&format!("{arguments} -c closed.json --json")).fails(1, "denied");
        assert_eq!(document["error"]["source"], "host", "{arguments}");
        assert_eq!(document["error"]["retry"], "never", "{arguments}");
    }
    let test = world.call("config test -c closed.json --json").ends(1).json();
    let error = ["message", "serviceMessage", "retry", "errorSource", "error"];
    assert_members(&test, &[&["status", "connectorId", "report", "origins"][..], &error].concat());
    assert_eq!(test["error"]["kind"], "action-failed");
    assert_eq!((&test["status"], &test["report"]["passed"]), (&json!("error"), &json!(false)));
    let statuses: Vec<_> =
        test["report"]["steps"].as_array().unwrap().iter().map(|step| &step["status"]).collect();
    assert_eq!(statuses, ["failed", "skipped", "skipped", "skipped"]);
    assert!(!world.folder.names().contains(&"out.bin".to_owned()));
    listener.set_nonblocking(true).unwrap();
    assert_eq!(
        listener.accept().map(drop).map_err(|error| error.kind()),
        Err(ErrorKind::WouldBlock),
        "no connection"
    );
}

#[test]
fn an_origin_that_the_allow_list_leaves_out_is_denied_and_the_others_are_not() {
    let world = World::new();
    let id = world.script();
    world.settings("prod.json", json!({ "host": { "allowedHosts": [world.first_line["url"]] } }));
    world.call("run getAgentList -c prod.json --json").succeeds();
    world.call(&format!("run getActionResults -c prod.json --json -p id={id}")).fails(1, "denied");
}

#[test]
fn a_plugin_that_exceeds_its_limits_is_ended() {
    let world = World::with(json!({ "fleet": 1000, "faults": [
        { "on": "GET /api/libraryfiles", "times": 99, "kind": { "delay": { "ms": 20_000 } } },
    ]}));
    let trials = [
        ("getAgentDetails -p id=x", json!({ "memory": "64kb" }), "internal", "instantiate"),
        ("getAgentList -p pageSize=1000", json!({ "memory": "2mb" }), "internal", "out-of-memory"),
        ("getLibraryFiles", json!({ "callTime": "1s" }), "timed-out", "out-of-time"),
    ];
    for (arguments, limits, kind, host) in trials {
        world.settings("small.json", json!({ "host": { "limits": limits } }));
        let document = world.call(&format!("run {arguments} -c small.json --json")).fails(3, kind);
        assert_eq!(document["error"]["details"]["host"], host, "{document}");
        assert_eq!(
            (&document["error"]["source"], &document["errorSource"]),
            (&json!("host"), &json!("framework"))
        );
    }
}

#[test]
fn what_is_no_plugin_is_not_run() {
    let folder = Folder::new();
    folder.write("text.wasm", "no component");
    // A component without imports or exports, and a module.
    folder.write("empty.wasm", b"\0asm\x0d\0\x01\0");
    folder.write("module.wasm", b"\0asm\x01\0\0\0");
    for (name, host) in [("text", "compile"), ("module", "compile"), ("empty", "not-a-plugin")] {
        let document =
            folder.call(&format!("actions --json --plugin {name}.wasm")).fails(3, "internal");
        assert_eq!(document["error"]["details"]["host"], host, "{name}");
    }
}

#[test]
fn a_foreign_plugin_does_not_write_its_own_allow_list() {
    let world = World::new();
    world.settings("prod.json", json!({}));
    world.call("component export -o other.wasm").ends(0);
    world.call("run getAgentList -c prod.json --json").succeeds();
    world.call("run getAgentList -c prod.json --plugin other.wasm --json").fails(1, "denied");
}
