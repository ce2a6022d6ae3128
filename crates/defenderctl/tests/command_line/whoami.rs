//! `whoami`: whose credentials these are, and what they allow; never the credentials.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::secrets::{assert_silent, loud};
use crate::shape::assert_members;
use crate::world::World;

const MEMBERS: [&str; 13] = [
    "status",
    "connectorId",
    "settings",
    "profile",
    "tenant",
    "application",
    "cloud",
    "signIn",
    "api",
    "certificateEnds",
    "token",
    "commands",
    "actions",
];

#[test]
fn an_application_that_lacks_roles_is_shown_what_works_and_what_does_not() {
    let world = World::with(json!({ "roles": ["Machine.Read.All", "Machine.Isolate"] }));
    let ran = loud(world.call("whoami -c prod.json"), "trace").ends(0);
    assert_silent(&ran, &[world.secret()], "whoami");
    let config = &world.first_line["config"];
    let text = |name: &str| config[name].as_str().expect("text");
    for part in [text("tenantId"), text("clientId"), "commercial", "prod.json", "valid for 59 min"]
    {
        assert!(ran.stdout.contains(part), "{part} in {}", ran.stdout);
    }
    let line = |start: &str| {
        let line = ran.stdout.lines().find(|line| line.starts_with(start));
        line.unwrap_or_else(|| panic!("{start} in {}", ran.stdout)).to_owned()
    };
    assert!(line("permissions ").contains("Machine.Read.All, Machine.Isolate"), "{}", ran.stdout);
    assert!(line("allowed ").contains("isolate, release"), "{}", ran.stdout);
    assert!(line("scan ").ends_with("Machine.Scan"), "{}", ran.stdout);
    assert!(ran.stdout.contains("defenderctl config test --for scan"), "{}", ran.stdout);
    let all = world.call("whoami -c prod.json --all").ends(0).stdout;
    let row = all.lines().find(|line| line.starts_with("runAntivirusScan")).expect("a row");
    assert!(row.ends_with("Machine.Scan"), "{row}");
}

#[test]
fn a_document_has_the_same_for_programs() {
    let world = World::with(json!({ "roles": ["Machine.Isolate"] }));
    for arguments in ["whoami -c prod.json -o json", "whoami -c prod.json --json"] {
        let ran = loud(world.call(arguments), "trace").ends(0);
        assert_silent(&ran, &[world.secret()], arguments);
        let document = ran.json();
        assert_members(&document, &MEMBERS);
        assert_eq!(document["token"]["roles"], json!(["Machine.Isolate"]));
        let row = |list: &str, key: &str, name: &str| {
            let rows = document[list].as_array().expect("rows");
            rows.iter().find(|row| row[key] == name).expect(name).clone()
        };
        // A name becomes an ID by the list of machines.
        let isolate = row("commands", "command", "isolate");
        assert_eq!((&isolate["allowed"], &isolate["missing"]), (&json!(true), &json!([])));
        assert_eq!(isolate["missingForNames"], json!(["Machine.Read.All"]));
        assert_eq!(row("commands", "command", "machines")["allowed"], false);
        assert_eq!(row("actions", "action", "isolateHost")["allowed"], true);
    }
}

#[test]
fn what_is_allowed_by_device_id_alone_is_allowed() {
    let world = World::with(json!({ "roles": ["Machine.Isolate"] }));
    let ran = world.call("whoami -c prod.json").ends(0);
    let line = |start: &str| ran.stdout.lines().find(|line| line.starts_with(start));
    assert!(
        line("allowed ").is_some_and(|line| line.contains("isolate, release")),
        "{}",
        ran.stdout
    );
    let by_id = line("by device ID").unwrap_or_default();
    assert!(by_id.contains("isolate, release: names need Machine.Read.All"), "{}", ran.stdout);
    let isolate = "isolate 9a3f0c51be7724d06e1188f2c4d53aa07be61d92 --no-wait --yes -m c";
    world.call(&format!("{isolate} -c prod.json")).ends(0);
}

#[test]
fn an_application_without_any_role_is_no_failure() {
    let world = World::with(json!({ "roles": [] }));
    let ran = world.call("whoami -c prod.json").ends(0);
    assert!(ran.stdout.contains("permissions   none"), "{}", ran.stdout);
}

#[test]
fn a_refused_sign_in_fails_and_says_for_whom_it_was_tried() {
    let world = World::with(json!({ "secretExpired": true }));
    let ran = world.call("whoami -c prod.json").ends(1);
    let tenant = world.first_line["config"]["tenantId"].as_str().expect("text");
    assert!(ran.stdout.contains(tenant), "{}", ran.stdout);
    assert!(ran.stderr.contains("AADSTS7000222"), "{}", ran.stderr);
    let document = world.call("whoami -c prod.json -o json").ends(1).json();
    assert_eq!(document["error"]["kind"], "unauthenticated");
}

#[test]
fn a_name_in_the_token_is_shown_and_a_user_s_permissions_are_those_of_the_token() {
    let part = |part: Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let token = |claims: Value| {
        format!("{}.{}.c2lnbmF0dXJl", part(json!({ "alg": "RS256", "typ": "JWT" })), part(claims))
    };
    let base = json!({
        "aud": "https://api.securitycenter.microsoft.com", "exp": 4_000_000_000_u32, "tid": "t-1",
        "appid": "a-1", "app_displayname": "SOC connector", "roles": ["Machine.Read.All"],
    });
    // Of another API: its permissions count for nothing here.
    let mut elsewhere = base.clone();
    elsewhere["aud"] = json!("https://graph.microsoft.com");
    let mut nameless = base.clone();
    nameless["scp"] = json!("Machine.Read");
    let mut user = base.clone();
    user["upn"] = json!("jdoe@contoso.example");
    user["scp"] = json!("Machine.Read Machine.Isolate");
    let mut whole = user.clone();
    whole["scp"] = json!("user_impersonation");
    let world = World::new();
    for (claims, parts) in [
        (base, ["SOC connector (a-1)", "permissions   Machine.Read.All"]),
        (elsewhere, ["allowed       no command", "machines         a token for its API"]),
        (nameless, ["permissions   Machine.Read\n", "in Defender decide too"]),
        (user.clone(), ["user          jdoe@contoso.example", "allowed       isolate, "]),
        (user, ["scan             Machine.Scan", "alerts           Alert.Read\n"]),
        (whole, ["permissions   those of the user", "roles in Defender"]),
    ] {
        let token = token(claims);
        let secrets = json!({ "clientSecret": null, "accessToken": token });
        world.settings("prod.json", json!({ "secrets": secrets }));
        let ran = loud(world.call("whoami -c prod.json"), "trace").ends(0);
        assert_silent(&ran, &[&token], "whoami");
        for part in parts {
            assert!(ran.stdout.contains(part), "{part} in {}", ran.stdout);
        }
        // The stub did not issue it.
        assert!(ran.stderr.contains("warning:"), "{}", ran.stderr);
    }
}
