//! Client assertions: of a certificate and its key, and of another issuer; and what is wrong with
//! either.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use serde_json::{Value, json};

use crate::secrets::{assert_silent, loud};
use crate::world::World;

/// A test key: see the README beside it.
const KEY: &str = include_str!("fixtures/key.pem");

const CALLS: [&str; 2] =
    ["config test --json -c prod.json", "run getAgentList --json -c prod.json"];

/// A world whose settings have this secret and no other.
fn world(scenario: Value, name: &str, secret: Value) -> World {
    let world = World::with(scenario);
    only(&world, name, secret);
    world
}

/// Settings with this secret and no other.
pub(crate) fn only(world: &World, name: &str, secret: Value) {
    world.settings("prod.json", json!({ "secrets": { "clientSecret": null, name: secret } }));
}

/// A certificate for the key, valid until that year.
fn certificate(key: &str, until: i32) -> String {
    let mut params = CertificateParams::new(Vec::new()).expect("parameters");
    params.not_after = date_time_ymd(until, 1, 1);
    params.self_signed(&KeyPair::from_pem(key).expect("a key")).expect("a certificate").pem()
}

fn assert_works(world: &World, secrets: &[&str]) {
    for arguments in CALLS {
        let ran = loud(world.call(arguments), "trace").ends(0);
        assert_silent(&ran, secrets, arguments);
        assert_eq!(ran.json()["status"], "ok", "{arguments}");
    }
}

#[test]
fn a_certificate_signs_in() {
    let world =
        world(json!({}), "clientAssertion", json!({ "certificate": "c.pem", "key": "k.pem" }));
    world.folder.write("c.pem", certificate(KEY, 4000));
    world.folder.write("k.pem", KEY);
    let line = KEY.lines().nth(1).expect("a line of the key");
    assert_works(&world, &[line]);
    // One file for both, named by settings that lie elsewhere than where they are used.
    world.folder.write("both.pem", certificate(KEY, 4000) + KEY);
    only(&world, "clientAssertion", json!({ "certificate": "both.pem", "key": "both.pem" }));
    let settings = world.folder.path("prod.json");
    let elsewhere = crate::run::call(&std::env::temp_dir(), "config test --json")
        .env("DEFENDERCTL_CONFIG", &settings.display().to_string());
    elsewhere.ends(0);
}

#[test]
fn a_foreign_component_does_not_choose_for_whom_to_sign() {
    let world = World::new();
    world.call("component export -o other.wasm").ends(0);
    world.folder.write("both.pem", certificate(KEY, 4000) + KEY);
    let secrets = json!({
        "clientSecret": null,
        "clientAssertion": { "certificate": "both.pem", "key": "both.pem" }
    });
    world
        .settings("prod.json", json!({ "config": { "oAuthServerUrl": null }, "secrets": secrets }));
    let reported = world
        .call("config test -c prod.json --plugin other.wasm --json")
        .fails(2, "invalid-config");
    assert_eq!(reported["error"]["details"][0]["pointer"], "/config/oAuthServerUrl");
    let host = json!({ "allowedHosts": [world.first_line["url"]] });
    world.settings("prod.json", json!({ "secrets": secrets, "host": host }));
    world.call("run getAgentList -c prod.json --plugin other.wasm --json").succeeds();
}

#[test]
fn an_assertion_that_the_login_server_does_not_take_is_its_refusal_and_not_shown() {
    let world = World::new();
    world.folder.write("c.pem", certificate(KEY, 4000));
    world.folder.write("k.pem", KEY);
    let other = "00000000-aaaa-bbbb-cccc-000000000000";
    world.settings(
        "prod.json",
        json!({
            "config": { "clientId": other },
            "secrets": {
                "clientSecret": null, "clientAssertion": { "certificate": "c.pem", "key": "k.pem" }
            },
        }),
    );
    let ran = loud(world.call(CALLS[1]), "trace").ends(1);
    assert_silent(&ran, &[], CALLS[1]);
    assert_eq!(ran.json()["error"]["kind"], "unauthenticated");
    assert_eq!(ran.json()["error"]["code"], "AADSTS700016");
}

#[test]
fn a_federated_token_signs_in_and_is_read_at_each_start() {
    let (issuer, subject, audience) = (
        "https://issuer.example",
        "system:serviceaccount:soc:defender",
        "api://AzureADTokenExchange",
    );
    let part = |part: Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let token = |subject: &str| {
        let claims =
            json!({ "iss": issuer, "sub": subject, "aud": audience, "exp": 4_000_000_000_u32 });
        format!("{}.{}.c2lnbmF0dXJl", part(json!({ "alg": "RS256", "typ": "JWT" })), part(claims))
    };
    let trusted = json!([{ "issuer": issuer, "subject": subject, "audience": audience }]);
    let scenario = json!({ "federatedCredentials": trusted });
    let world = world(scenario, "clientAssertion", json!({ "federatedTokenFile": "token" }));
    world.folder.write("token", token("system:serviceaccount:soc:other"));
    let refused = loud(world.call(CALLS[1]), "trace").ends(1);
    assert_silent(&refused, &[], CALLS[1]);
    assert_eq!(refused.json()["error"]["code"], "AADSTS700213");
    world.folder.write("token", format!(" \n{}\r\n\n", token(subject)));
    assert_works(&world, &[]);
}

#[test]
fn every_wrong_credential_is_usage_and_pointed_to() {
    let world = World::new();
    let ec = KeyPair::generate().expect("a key").serialize_pem();
    for (name, text) in [
        ("good.pem", certificate(KEY, 4000)),
        ("old.pem", certificate(KEY, 2021)),
        ("other.pem", certificate(&ec, 4000)),
        ("key.pem", KEY.to_owned()),
        ("ec.pem", ec),
    ] {
        world.folder.write(name, text);
    }
    let pair = |certificate: &str, key: &str| json!({ "certificate": certificate, "key": key });
    let trials = [
        ("clientAssertion", pair("old.pem", "key.pem"), "/certificate", "expired on 2021-01-01"),
        ("clientAssertion", pair("none.pem", "key.pem"), "/certificate", "cannot be read"),
        ("clientAssertion", pair("key.pem", "key.pem"), "/certificate", "no certificate"),
        ("clientAssertion", pair("good.pem", "none.pem"), "/key", "cannot be read"),
        ("clientAssertion", pair("good.pem", "good.pem"), "/key", "no private key"),
        ("clientAssertion", pair("good.pem", "ec.pem"), "/key", "not an RSA key"),
        (
            "clientAssertion",
            pair("other.pem", "key.pem"),
            "/key",
            "not the key of that certificate",
        ),
        ("clientAssertion", json!({ "certificate": "good.pem" }), "", "federatedTokenFile"),
        (
            "clientAssertion",
            json!({ "certificate": 5, "key": "key.pem" }),
            "/certificate",
            "is not a string",
        ),
        (
            "clientAssertion",
            json!({ "federatedTokenFile": "none" }),
            "/federatedTokenFile",
            "cannot be read",
        ),
        ("clientAssertion", json!({ "federatedTokenFile": "key.pem" }), "", "signed JWT"),
        ("clientAssertion", json!({ "command": ["x"] }), "/command", "is unknown here"),
        ("clientSecret", pair("good.pem", "key.pem"), "/certificate", "is unknown here"),
        ("accessToken", json!({ "command": [] }), "/command", "names no program"),
        ("accessToken", json!({ "command": "az login" }), "/command", "is not a list"),
        (
            "accessToken",
            json!({ "command": ["no-such-program-anywhere"] }),
            "/command",
            "cannot be started",
        ),
    ];
    for (name, secret, member, words) in trials {
        let changes = json!({ "secrets": { "clientSecret": null, name: secret } });
        world.settings("wrong.json", changes.clone());
        let ran = loud(world.call("run getAgentList -c wrong.json --json"), "trace").ends(2);
        assert_silent(&ran, &[KEY.lines().nth(1).expect("a line")], &changes.to_string());
        let document = ran.json();
        let pointer = format!("/secrets/{name}{member}");
        let problems = document["error"]["details"].as_array().expect("problems");
        let found = problems.iter().find(|problem| problem["pointer"] == *pointer);
        let problem = found.and_then(|found| found["problem"].as_str()).unwrap_or_default();
        assert!(problem.contains(words), "{changes} gave {document}");
    }
}
