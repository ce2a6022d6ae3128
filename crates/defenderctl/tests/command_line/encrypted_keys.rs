//! Keys that a passphrase protects, as OpenSSL, Windows and key vaults write them.

use serde_json::{Value, json};

use crate::credentials::only;
use crate::init::{flags, settings};
use crate::secrets::{assert_silent, loud};
use crate::world::World;

/// The files, which `fixtures/README.md` says how to make.
const FIXTURES: [(&str, &[u8]); 10] = [
    ("certificate.pem", include_bytes!("fixtures/certificate.pem")),
    ("key-aes.pem", include_bytes!("fixtures/key-aes.pem")),
    ("key-3des.pem", include_bytes!("fixtures/key-3des.pem")),
    ("key-scrypt.pem", include_bytes!("fixtures/key-scrypt.pem")),
    ("key-v1.pem", include_bytes!("fixtures/key-v1.pem")),
    ("key-openssl.pem", include_bytes!("fixtures/key-openssl.pem")),
    ("app.pfx", include_bytes!("fixtures/app.pfx")),
    ("legacy.pfx", include_bytes!("fixtures/legacy.pfx")),
    ("open.pfx", include_bytes!("fixtures/open.pfx")),
    ("keyless.pfx", include_bytes!("fixtures/keyless.pfx")),
];

fn world() -> World {
    let world = World::new();
    for (name, bytes) in FIXTURES {
        world.folder.write(name, bytes);
    }
    world.folder.write("passphrase.txt", "correct\n");
    world
}

fn pem(key: &str, passphrase: Value) -> Value {
    json!({ "certificate": "certificate.pem", "key": key, "passphrase": passphrase })
}

fn pfx(file: &str, passphrase: Value) -> Value {
    json!({ "pfx": file, "passphrase": passphrase })
}

#[test]
fn what_the_right_passphrase_opens_signs_in() {
    let world = world();
    let (variable, file) = (json!({ "env": "KEY_PASS" }), json!({ "file": "passphrase.txt" }));
    for secret in [
        pem("key-aes.pem", variable.clone()),
        pem("key-aes.pem", file.clone()),
        pem("key-aes.pem", json!("correct")),
        pem("key-3des.pem", variable.clone()),
        pem("key-scrypt.pem", variable.clone()),
        pfx("app.pfx", variable.clone()),
        pfx("legacy.pfx", file),
        json!({ "pfx": "open.pfx" }),
    ] {
        only(&world, "clientAssertion", secret.clone());
        let call = world.call("run getAgentList -c prod.json --json").env("KEY_PASS", "correct");
        let ran = loud(call, "trace").ends(0);
        assert_silent(&ran, &[], &secret.to_string());
    }
    let shown = world.call("whoami -c prod.json").ends(0).stdout;
    assert!(shown.contains("certificate   valid until 21"), "{shown}");
}

#[test]
fn what_cannot_be_opened_says_which_file_and_what_to_do() {
    let world = world();
    let wrong = || json!("hunter2-hunter2");
    let trials = [
        (pem("key-aes.pem", wrong()), "/key", "passphrase is not the one"),
        (pem("key-3des.pem", wrong()), "/key", "passphrase is not the one"),
        (pem("key-v1.pem", json!("correct")), "/key", "openssl pkcs8 -topk8"),
        (pem("key-openssl.pem", json!("correct")), "/key", "openssl pkcs8 -topk8"),
        (
            json!({ "certificate": "certificate.pem", "key": "key-aes.pem" }),
            "/key",
            "add its passphrase",
        ),
        (pem("key-aes.pem", json!({ "env": "NOT_SET" })), "/passphrase", "NOT_SET is not set"),
        (pem("key-aes.pem", json!({ "command": ["x"] })), "/passphrase/command", "unknown here"),
        (pfx("app.pfx", wrong()), "/pfx", "app.pfx cannot be decrypted"),
        (pfx("legacy.pfx", wrong()), "/pfx", "legacy.pfx cannot be decrypted"),
        (json!({ "pfx": "app.pfx" }), "/pfx", "app.pfx is encrypted: add its passphrase"),
        (pfx("keyless.pfx", json!("correct")), "/pfx", "keyless.pfx holds no private key"),
        (pfx("none.pfx", json!("correct")), "/pfx", "none.pfx cannot be read"),
        (pfx("key-aes.pem", json!("correct")), "/pfx", "for PEM write `certificate` and `key`"),
    ];
    for (secret, member, words) in trials {
        only(&world, "clientAssertion", secret.clone());
        let ran = loud(world.call("run getAgentList -c prod.json --json"), "trace").ends(2);
        assert_silent(&ran, &["hunter2"], &secret.to_string());
        let document = ran.json();
        let pointer = format!("/secrets/clientAssertion{member}");
        let problems = document["error"]["details"].as_array().expect("problems");
        let found = problems.iter().find(|problem| problem["pointer"] == *pointer);
        let problem = found.and_then(|found| found["problem"].as_str()).unwrap_or_default();
        assert!(problem.contains(words), "{secret} gave {document}");
    }
}

#[test]
fn init_writes_them_by_reference() {
    let world = world();
    let flags = flags(&world);
    for (file, arguments, wanted) in [
        (
            "pem.toml",
            "--certificate certificate.pem key-aes.pem --passphrase-env KEY_PASS",
            pem("key-aes.pem", json!({ "env": "KEY_PASS" })),
        ),
        (
            "pfx.toml",
            "--pfx app.pfx --passphrase-file passphrase.txt",
            pfx("app.pfx", json!({ "file": "passphrase.txt" })),
        ),
    ] {
        let call = world.call(&format!("config init -c {file} {flags} {arguments}"));
        call.env("KEY_PASS", "correct").ends(0);
        assert_eq!(settings(&world.folder, file)["secrets"], json!({ "clientAssertion": wanted }));
        world.call(&format!("config test -c {file}")).env("KEY_PASS", "correct").ends(0);
    }
    let call = world.call(&format!("config init -c x.toml {flags} --pfx app.pfx"));
    let ran = call.ends(2);
    assert!(ran.stderr.contains("app.pfx is encrypted"), "{}", ran.stderr);
    world.call("config init -c x.toml --passphrase-env KEY_PASS").ends(2);
}
