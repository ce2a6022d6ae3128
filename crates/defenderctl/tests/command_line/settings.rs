//! The settings file: two formats, three places for a secret, and no key that nobody knows.

use serde_json::{Value, json};

use crate::world::{MACHINE, SETTINGS, World};

fn details(world: &World, settings: &str) -> Value {
    let arguments = format!("run getAgentDetails -p id={MACHINE} --json -c {settings}");
    world.call(&arguments).env("STUB_SECRET", world.secret()).succeeds()
}

/// In PEM, and no certificate.
const NO_CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

#[test]
fn the_same_settings_in_either_format_and_with_secrets_from_anywhere_work() {
    let world = World::new();
    world.folder.write("secret.txt", format!("{}\n", world.secret()));
    let secret = |place: Value| world.document(json!({ "secrets": { "clientSecret": place } }));
    let host = json!({ "allowedHosts": [world.first_line["url"]], "limits": { "memory": "64mb" } });
    let toml = |document: Value| toml::to_string(&document).unwrap();
    let trials = [
        ("env.json", secret(json!({ "env": "STUB_SECRET" })).to_string()),
        ("file.toml", toml(secret(json!({ "file": "secret.txt" })))),
        ("no-extension", toml(world.document(json!({ "host": host })))),
    ];
    for (name, text) in trials {
        world.folder.write(name, text);
        let document = details(&world, name);
        assert_eq!(document["data"]["id"], MACHINE, "{name}");
        assert_eq!(Some(document["connectorId"].as_str().unwrap()), name.split('.').next());
    }
}

#[test]
fn every_wrong_key_and_value_is_usage_and_pointed_to() {
    let world = World::new();
    let trials = [
        (json!({ "confg": {} }), vec!["/confg"]),
        (json!({ "host": { "allowedHost": [] } }), vec!["/host/allowedHost"]),
        (
            json!({ "host": { "routes": {}, "limits": { "memory": 5 } } }),
            vec!["/host/limits/memory", "/host/routes"],
        ),
        (
            json!({ "host": { "allowedHosts": ["127.0.0.1", "ftp://x"] } }),
            vec!["/host/allowedHosts/1"],
        ),
        (json!({ "host": { "responseTimeout": "60" } }), vec!["/host/responseTimeout"]),
        (json!({ "host": { "proxyUrl": "socks://x" } }), vec!["/host/proxyUrl"]),
        (json!({ "host": { "useEnvironment": "no" } }), vec!["/host/useEnvironment"]),
        (
            json!({ "host": { "ssl": { "minVersion": "1.1", "certificateRevocationListFiles": "no.crl" } } }),
            vec!["/host/ssl/certificateRevocationListFiles", "/host/ssl/minVersion"],
        ),
        (
            json!({ "host": { "customHostSettings": [
                { "url": "https://a.example", "ssl": { "certificate": "prod.json" } }
            ] } }),
            vec!["/host/customHostSettings/0/ssl/key"],
        ),
        (
            json!({ "host": { "customHostSettings": [
                { "url": "https://b.example", "ssl": {} },
                { "url": "https://a.example", "ssl": { "pins": ["sha256/AAAA"] } }
            ], "allowedHosts": ["https://a.example"] } }),
            vec!["/host/customHostSettings/1"],
        ),
        (
            json!({ "host": { "customHostSettings": [
                { "url": "https://a.example", "ssl": { "certificateAuthoritiesData": NO_CERTIFICATE } }
            ], "allowedHosts": ["https://a.example"] } }),
            vec!["/host/customHostSettings/0"],
        ),
        (
            json!({ "host": { "customHostSettings": [
                { "url": "http://a.example", "ssl": { "pins": ["sha256/AAAA"] } },
                { "url": "https://*:8443", "ssl": { "pins": ["sha256/AAAA"] } },
                { "url": "http://b.example" }
            ] } }),
            vec!["/host/customHostSettings/0/url", "/host/customHostSettings/1/url"],
        ),
        (
            json!({ "host": { "permitNetworks": ["10.0.0.0/8", "10.0.0.0/33"] } }),
            vec!["/host/permitNetworks/1"],
        ),
        (json!({ "host": { "allowedHosts": ["*.internal"] } }), vec!["/host/allowedHosts/0"]),
        (
            json!({ "host": { "ssl": { "verificationMode": "off" } } }),
            vec!["/host/ssl/verificationMode"],
        ),
        (
            json!({ "secrets": { "clientSecret": { "env": "NOT_SET_ANYWHERE" } } }),
            vec!["/secrets/clientSecret"],
        ),
        (
            json!({ "secrets": { "clientSecret": { "file": "missing.txt" } } }),
            vec!["/secrets/clientSecret"],
        ),
        (
            json!({ "config": { "apiURL": "https://x", "tenantId": null } }),
            vec!["/config/apiURL", "/config/tenantId"],
        ),
    ];
    for (changes, expected) in trials {
        world.settings("wrong.json", changes.clone());
        let reported =
            world.call("run getAgentList -c wrong.json --json").fails(2, "invalid-config");
        let problems = reported["error"]["details"].as_array().unwrap();
        let mut pointers: Vec<&str> =
            problems.iter().filter_map(|problem| problem["pointer"].as_str()).collect();
        pointers.sort_unstable();
        pointers.retain(|pointer| expected.contains(pointer));
        assert_eq!(pointers, expected, "{changes} gave {problems:?}");
    }
}

#[test]
fn a_proxy_login_that_can_t_be_read_is_answered_with_how_to_write_it() {
    let world = World::new();
    for (login, hint) in
        [("user:a/b", "`/` as %2F"), ("user:a#b", "`#` as %23"), ("CORP\tom:b", "`\\` was meant")]
    {
        world.settings(
            "wrong.json",
            json!({ "host": { "proxyUrl": format!("http://{login}@127.0.0.1:9") } }),
        );
        let reported =
            world.call("run getAgentList -c wrong.json --json").fails(2, "invalid-config");
        let problem = &reported["error"]["details"][0];
        assert_eq!(problem["pointer"], "/host/proxyUrl");
        assert!(problem["problem"].as_str().unwrap().contains(hint), "{problem}");
    }
}

#[test]
fn settings_lie_in_the_folder_or_are_the_user_s_own() {
    let world = World::new();
    let list = "run getAgentList --json";
    world.call(list).fails(2, "invalid-config");
    std::fs::create_dir_all(world.folder.path("configuration/defenderctl")).expect("a folder");
    let toml = toml::to_string(&world.document(json!({}))).expect("TOML");
    world.folder.write("configuration/defenderctl/config.toml", &toml);
    world.call(list).succeeds();
    world.folder.write("defender.toml", "unknown = 1");
    world.call(list).fails(2, "invalid-config");
    world.folder.write("defender.toml", &toml);
    assert_eq!(world.call(list).succeeds()["connectorId"], "defender");
    for arguments in
        ["-c prod.json run getAgentList --json", "--json run getAgentList -c prod.json"]
    {
        assert_eq!(world.call(arguments).succeeds()["connectorId"], "prod", "{arguments}");
    }
}

#[test]
fn a_profile_overrides_what_stands_outside_of_all_profiles() {
    let world = World::new();
    let mut document = world.document(json!({ "config": { "tenantId": "wrong.example" } }));
    document["profiles"] = json!({ "lab": {}, "prod": { "config": { "tenantId": world.first_line["config"]["tenantId"] } } });
    world.folder.write("all.json", document.to_string());
    let list = "run getAgentList -c all.json --json";
    let other = world.call(&format!("{list} --profile prod")).fails(2, "invalid-config");
    let message = other["error"]["message"].as_str().expect("a message");
    assert!(message.contains("no `secrets` of its own"), "{message}");
    document["profiles"]["prod"]["secrets"] = document["secrets"].clone();
    world.folder.write("all.json", document.to_string());
    let named = world.call(&format!("{list} --profile prod")).succeeds();
    assert_eq!(named["connectorId"], "prod");
    world.call(list).env("DEFENDERCTL_PROFILE", "prod").succeeds();
    world.call(&format!("--profile lab {list}")).fails(1, "unauthenticated");
    let unknown = world.call(&format!("{list} --profile prd")).fails(2, "invalid-config");
    let message = unknown["error"]["message"].as_str().expect("a message");
    assert!(message.contains("lab, prod"), "{message}");
    document["default_profile"] = json!("prod");
    world.folder.write("all.json", document.to_string());
    world.call(list).succeeds();
}

#[cfg(unix)]
#[test]
fn what_others_can_write_to_is_not_used() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new();
    let open = |name: &str| {
        let open = std::fs::Permissions::from_mode(0o622);
        std::fs::set_permissions(world.folder.path(name), open).expect("permissions");
    };
    world.folder.write("secret.txt", world.secret());
    world.folder.write("token", "#!/bin/sh\necho token\n");
    world.settings("file.json", json!({ "secrets": { "clientSecret": { "file": "secret.txt" } } }));
    world.settings(
        "command.json",
        json!({ "secrets": { "clientSecret": null, "accessToken": { "command": ["./token"] } } }),
    );
    world.call("run getAgentList -c file.json --json").succeeds();
    for name in [SETTINGS, "secret.txt", "token"] {
        open(name);
    }
    for (settings, named) in
        [(SETTINGS, SETTINGS), ("file.json", "secret.txt"), ("command.json", "token")]
    {
        let ran = world.call(&format!("run getAgentList -c {settings}")).ends(2);
        assert!(ran.stderr.contains("chmod go-w"), "{settings}: {}", ran.stderr);
        assert!(ran.stderr.contains(named), "{settings}: {}", ran.stderr);
    }
}

#[cfg(unix)]
#[test]
fn what_others_can_replace_or_own_is_not_used() {
    use std::os::unix::fs::{PermissionsExt as _, chown};
    let world = World::new();
    let mode = |name: &str, mode| {
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(world.folder.path(name), mode).expect("permissions");
    };
    std::fs::create_dir(world.folder.path("tools")).expect("a folder");
    for name in ["tools/token", "ca.pem"] {
        world.folder.write(name, "#!/bin/sh\necho token-of-nobody\n");
    }
    mode("tools/token", 0o755);
    let program = |command: &str| json!({ "secrets": { "clientSecret": null, "accessToken": { "command": [command] } } });
    world.settings("path.json", program("token"));
    world.settings("beside.json", program("tools/token"));
    let ssl = json!({ "certificateAuthoritiesFiles": "ca.pem" });
    let custom = json!([{ "url": "https://localhost:1", "ssl": ssl }]);
    world.settings("ca.json", json!({ "host": { "customHostSettings": custom } }));
    let path = format!("{}:/usr/bin:/bin", world.folder.path("tools").display());
    let list = |settings: &str| {
        world.call(&format!("run getAgentList -c {settings}")).env("PATH", &path).end()
    };
    // The token is not one of the service's.
    for settings in ["path.json", "beside.json"] {
        assert_eq!(list(settings).code, Some(1), "{}", list(settings).stderr);
    }
    // A folder above its own.
    std::fs::create_dir_all(world.folder.path("open/tools")).expect("a folder");
    world.folder.write("open/tools/token", "#!/bin/sh\necho token-of-nobody\n");
    mode("open/tools/token", 0o755);
    world.settings("above.json", program("open/tools/token"));
    assert_eq!(list("above.json").code, Some(1));
    mode("open", 0o777);
    let ran = list("above.json");
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.contains("open; run `chmod "), "{}", ran.stderr);
    mode("tools", 0o777);
    mode("ca.pem", 0o666);
    for settings in ["path.json", "beside.json", "ca.json"] {
        let ran = list(settings);
        assert_eq!(ran.code, Some(2), "{settings}: {}", ran.stderr);
        assert!(ran.stderr.contains("`chmod "), "{settings}: {}", ran.stderr);
    }
    mode("tools", 0o1777);
    assert_eq!(list("path.json").code, Some(1), "a sticky folder");
    // Only root can give a file away.
    mode("ca.pem", 0o644);
    for name in ["tools/token", "ca.pem"] {
        if chown(world.folder.path(name), Some(65534), None).is_err() {
            return;
        }
    }
    for settings in ["path.json", "beside.json", "ca.json"] {
        let ran = list(settings);
        assert_eq!(ran.code, Some(2), "{settings}: {}", ran.stderr);
        assert!(ran.stderr.contains("belongs to another user"), "{settings}: {}", ran.stderr);
    }
}
