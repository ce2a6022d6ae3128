//! A plugin gets stand-ins in place of its credentials, unless the settings give them to it.

use serde_json::{Value, json};

use crate::secrets::{assert_silent, loud};
use crate::world::{Folder, World};

const SECRET: &str = "hunter2-must-not-be-shown";

/// The component as a plugin that may call the stub.
fn plugin(inject: Value) -> World {
    let world = World::new();
    world.call("component export -o other.wasm").ends(0);
    let host = json!({ "allowedHosts": allowed(&world) });
    world.settings("prod.json", json!({ "host": host }));
    set(&world, inject);
    world
}

/// Writes the settings that say where the credentials are put in.
fn set(world: &World, inject: Value) {
    let host = json!({ "allowedHosts": allowed(world), "injectCredentials": inject });
    world.settings("other.json", json!({ "host": host }));
}

/// The text without the breaks of its lines.
fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn allowed(world: &World) -> Value {
    json!([world.first_line["url"], world.first_line["storageUrl"]])
}

#[test]
fn a_plugin_gets_stand_ins_and_works() {
    let world = plugin(json!(true));
    for settings in ["prod.json", "other.json"] {
        for call in ["config test", "run getAgentList"] {
            let arguments = format!("{call} -c {settings} --plugin other.wasm --json");
            let ran = loud(world.call(&arguments), "trace").ends(0);
            assert_silent(&ran, &[world.secret()], &arguments);
        }
        let doctor = world.call(&format!("doctor -c {settings} --plugin other.wasm")).ends(0);
        let url = world.first_line["url"].as_str().expect("a URL");
        let shown = format!(
            "credentials stay with the host, which puts them in: secrets at {url}, tokens at {url}"
        );
        assert!(unwrapped(&doctor.stdout).contains(&shown), "{}", doctor.stdout);
    }
    // The embedded component works with them, too.
    world.call("config test -c other.json --json").ends(0);
    let doctor = world.call("doctor -c other.json").ends(0);
    assert!(doctor.stdout.contains("credentials stay with the host"), "{}", doctor.stdout);
}

#[test]
fn the_settings_may_give_the_credentials_to_a_plugin() {
    let world = plugin(json!(false));
    world.call("run getAgentList -c other.json --plugin other.wasm --json").succeeds();
    let doctor = world.call("doctor -c other.json --plugin other.wasm").ends(0);
    assert!(doctor.stdout.contains("the plugin gets the credentials"), "{}", doctor.stdout);
}

#[test]
fn the_settings_may_name_where_they_are_put_in() {
    let world = plugin(json!({ "signIn": ["http://127.0.0.1:9"], "api": ["http://127.0.0.1:9"] }));
    let arguments = "run getAgentList -c other.json --plugin other.wasm --json";
    // The plugin signs in elsewhere, with what is worth nothing there.
    world.call(arguments).fails(1, "unauthenticated");
    let url = world.first_line["url"].clone();
    set(&world, json!({ "signIn": [url.clone()], "api": [url] }));
    world.call(arguments).succeeds();
}

#[test]
fn a_hostile_plugin_has_no_secret_to_show() {
    let folder = Folder::new();
    folder.write("hostile.wasm", hostile_plugins::HOSTILE);
    let given = |inject: Value| {
        let host = json!({ "injectCredentials": inject });
        let secrets = json!({ "clientSecret": SECRET });
        let settings = json!({ "config": {}, "secrets": secrets, "host": host });
        folder.write("hostile.json", settings.to_string());
        folder.call("run given -c hostile.json --plugin hostile.wasm")
    };
    let ran = given(json!({ "api": ["https://api.example"] })).ends(0);
    assert!(ran.stdout.contains("clientSecret"), "it shows what it has: {}", ran.stdout);
    assert_silent(&ran, &[SECRET], "given");
    // It declares no origin, so nobody would get its secret.
    let ran = given(json!(true)).ends(2);
    assert!(ran.stderr.contains("cannot stay with the host"), "{}", ran.stderr);
    assert!(ran.stderr.contains("host.injectCredentials"), "{}", ran.stderr);
    assert_silent(&ran, &[SECRET], "given");
    assert!(given(json!(false)).ends(0).stdout.contains(SECRET), "it would have shown it");
}
