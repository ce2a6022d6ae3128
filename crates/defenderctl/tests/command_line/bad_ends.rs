//! A call that ends in the middle of its work shows no secret, no token and no signed link, however
//! much is logged.

use serde_json::{Value, json};

use crate::secrets::{assert_silent, loud};
use crate::world::{MACHINE, World};

/// How a signed link goes on after its path, and how it ends.
const SIGNED: [&str; 2] = ["sv=2024-11-04", "&sig="];

const LINK: &str = "GET /api/machineactions/{id}/{link}";
const RESULT: &str = "GET /results/{action}/{index}";

/// Runs a command, as text and as JSON, with everything logged; returns how it ended.
fn ends_silent(world: &World, arguments: &str, code: i32) -> Value {
    let secrets = [world.secret(), SIGNED[0], SIGNED[1]];
    let libraries = "trace,hyper=trace,hyper_util=trace,wasmtime_wasi_http=trace,wasmtime=trace";
    assert_silent(&loud(world.call(arguments), libraries).ends(code), &secrets, arguments);
    let ran = loud(world.call(&format!("{arguments} --json")), "trace").ends(code);
    assert_silent(&ran, &secrets, arguments);
    ran.json()
}

/// A world in which what fits a pattern goes wrong in one way.
fn world(on: &str, kind: &Value) -> World {
    World::with(json!({ "faults": [{ "on": on, "times": 99, "kind": kind }] }))
}

#[test]
fn an_instance_that_is_refused_memory_in_mid_call_takes_its_secrets_along() {
    for (on, arguments) in [
        ("GET /api/machines/{id}", format!("run getAgentDetails -p id={MACHINE}")),
        (LINK, "run getActionResults -p id={script} --to out.bin".to_owned()),
        (RESULT, "run getActionResults -p id={script}".to_owned()),
    ] {
        let world = world(on, &json!({ "oversize": { "bytes": 16 << 20 } }));
        let arguments = arguments.replace("{script}", &world.script());
        world.settings("small.json", json!({ "host": { "limits": { "memory": "6mb" } } }));
        let document = ends_silent(&world, &format!("{arguments} -c small.json"), 3);
        assert_eq!(
            document["error"]["details"]["host"], "out-of-memory",
            "{arguments}: {document}"
        );
        assert!(!world.folder.names().contains(&"out.bin".to_owned()), "{arguments}");
    }
}

#[test]
fn a_change_whose_instance_is_refused_memory_is_found_at_the_service() {
    let world =
        world("POST /api/machines/{id}/isolate", &json!({ "oversize": { "bytes": 16 << 20 } }));
    world.settings("small.json", json!({ "host": { "limits": { "memory": "6mb" } } }));
    let isolate = format!("run isolateHost --yes -p id={MACHINE} -p comment=c -c small.json");
    let ran = loud(world.call(&isolate), "trace").ends(0);
    assert_silent(&ran, &[world.secret(), SIGNED[0], SIGNED[1]], &isolate);
    assert_eq!(ran.json()["type"], "Isolate");
    assert_eq!(world.actions(MACHINE).len(), 1);
}

#[test]
fn a_file_that_cannot_be_opened_or_read_keeps_its_link_to_itself() {
    let elsewhere = format!("https://elsewhere.example/x?{}{}mark", SIGNED[0], SIGNED[1]);
    let redirect = json!({ "redirect": { "location": elsewhere, "status": 302 } });
    let wrapped: Vec<u8> = [&[0x1f_u8, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3][..], &[0xff; 40]].concat();
    let link = json!({ "value": elsewhere }).to_string();
    for (on, kind, name) in [
        (RESULT, json!({ "truncate": { "bytes": 50 } }), "unreachable"),
        (RESULT, json!("resetBefore"), "unreachable"),
        (RESULT, json!({ "empty": { "status": 404 } }), "not-found"),
        (RESULT, json!({ "status": { "status": 403, "body": elsewhere } }), "not-found"),
        (RESULT, json!({ "bytes": { "bytes": wrapped } }), "malformed-response"),
        (RESULT, redirect, "malformed-response"),
        (LINK, json!({ "status": { "status": 200, "body": link } }), "denied"),
        (
            LINK,
            json!({ "status": { "status": 200, "body": format!("{{{link}") } }),
            "malformed-response",
        ),
    ] {
        let world = world(on, &kind);
        let arguments = format!("run getActionResults -p id={} --to out.bin", world.script());
        world.settings("hurried.json", json!({ "config": { "limits": { "maxRetries": 0 } } }));
        let document = ends_silent(&world, &format!("{arguments} -c hurried.json"), 1);
        assert_eq!(
            document["error"]["error"].as_str().or(document["error"]["kind"].as_str()),
            Some(name),
            "{document}"
        );
        assert!(!world.folder.names().contains(&"out.bin".to_owned()), "{kind}");
    }
}
