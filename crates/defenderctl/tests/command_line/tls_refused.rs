//! Servers that the settings of TLS refuse, and settings without effect: what `doctor` and an
//! action say.

use serde_json::{Value, json};

use crate::run::Ran;
use crate::tls_front::{AUTHORITY, TlsFront, Wants, list_of};
use crate::world::World;

/// The SHA-256 of no key.
const WRONG_PIN: &str = "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// A service behind TLS.
struct Field {
    world: World,
    front: TlsFront,
}

impl Field {
    fn new(wants: Wants) -> Self {
        let world = World::new();
        let front = TlsFront::that_wants(wants, world.first_line["url"].as_str().expect("a URL"));
        world.folder.write("ca.pem", &front.ca_pem);
        Self { world, front }
    }

    /// Settings with these members in `host.ssl`, and those in `ssl` of the front.
    fn settings(&self, common: &Value, own: &Value) {
        let origin = &self.front.origin;
        let mut ssl = json!({ "certificateAuthoritiesFiles": ["ca.pem"] });
        for (name, value) in own.as_object().expect("an object") {
            ssl[name] = value.clone();
        }
        self.world.settings(
            "prod.json",
            json!({
                "config": { "apiUrl": origin, "oAuthServerUrl": origin, "graphUrl": origin },
                "host": { "ssl": common, "customHostSettings": [{ "url": origin, "ssl": ssl }] },
            }),
        );
    }

    /// The check of that name in `doctor`.
    fn check(&self, name: &str) -> Value {
        check(&self.world.call("doctor -c prod.json --json").end(), name)
    }
}

fn check(ran: &Ran, name: &str) -> Value {
    let steps = ran.json()["steps"].as_array().expect("steps").clone();
    let found = steps.iter().find(|step| step["name"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {steps:#?}")).clone()
}

fn assert_says(check: &Value, status: &str, member: &str, parts: &[&str]) {
    assert_eq!(check["status"], status, "{check}");
    for part in parts {
        assert!(check[member].as_str().expect("a text").contains(part), "{part} in {check}");
    }
}

#[test]
fn what_the_settings_refuse_is_named_and_an_action_does_not_try_again() {
    for (wants, common, own, detail, remedy) in [
        (
            Wants::Nothing,
            json!({}),
            json!({ "pins": [WRONG_PIN] }),
            "the server's key is sha256/",
            "go no further",
        ),
        (
            Wants::OldTls,
            json!({ "minVersion": "1.3" }),
            json!({}),
            "version",
            "host.ssl.minVersion",
        ),
        (
            Wants::Nothing,
            json!({ "certificateRevocationListFiles": "forged.crl" }),
            json!({}),
            "revocation list",
            "host.ssl.certificateRevocationListFiles",
        ),
    ] {
        let field = Field::new(wants);
        field.world.folder.write("forged.crl", list_of(AUTHORITY));
        field.settings(&common, &own);
        let tls = field.check("tls");
        assert_says(&tls, "failed", "detail", &[detail]);
        assert_says(&tls, "failed", "remedy", &[remedy]);
        assert!(!tls["detail"].as_str().expect("a text").contains("OtherError"), "{tls}");
        // With retries, as the settings do not say otherwise.
        let began = std::time::Instant::now();
        let failed = field.world.call("run getAgentList -c prod.json --json").fails(1, "denied");
        assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
        assert_eq!(failed["error"]["retry"], "never", "{failed}");
        let shown = field.world.call("run getAgentList -c prod.json").ends(1).stderr;
        assert!(shown.contains("nothing was sent") && shown.contains("doctor"), "{shown}");
    }
}

#[test]
fn a_server_that_wants_a_certificate_of_its_client_is_recognised() {
    let field = Field::new(Wants::Certificate);
    field.settings(&json!({}), &json!({}));
    assert_says(&field.check("tls"), "passed", "detail", &["TLS 1.3"]);
    assert_says(&field.check("answer"), "failed", "remedy", &["ssl.certificate"]);
}

#[test]
fn revocation_lists_of_other_issuers_are_named() {
    let field = Field::new(Wants::Nothing);
    field.settings(&json!({ "certificateRevocationListFiles": "other.crl" }), &json!({}));
    field.world.folder.write("other.crl", list_of("Elsewhere"));
    let lists = field.check("revocation-lists");
    assert_says(&lists, "warning", "detail", &["CN=Elsewhere"]);
    assert_says(&lists, "warning", "remedy", &["host.ssl.certificateRevocationListFiles"]);
    field.world.folder.write("other.crl", list_of(AUTHORITY));
    assert_says(&field.check("revocation-lists"), "passed", "detail", &[]);
}

#[test]
fn settings_for_a_host_that_is_not_called_are_reported() {
    let world = World::new();
    let pinned = json!([{ "url": "https://127.0.0.1", "ssl": { "pins": [WRONG_PIN] } }]);
    world.settings("prod.json", json!({ "host": { "customHostSettings": pinned } }));
    let ran = world.call("run getAgentList -c prod.json").ends(0);
    for part in ["host.customHostSettings", "https://127.0.0.1", "no effect"] {
        assert!(ran.stderr.contains(part), "{part} in {}", ran.stderr);
    }
    let doctor = check(&world.call("doctor -c prod.json --json").ends(0), "custom-hosts");
    assert_says(&doctor, "warning", "detail", &["https://127.0.0.1"]);
}

#[cfg(unix)]
#[test]
fn authorities_that_others_can_change_are_a_warning_and_a_variable_stays_on_its_line() {
    use std::os::unix::fs::PermissionsExt as _;

    let field = Field::new(Wants::Nothing);
    field.settings(&json!({}), &json!({}));
    field.world.folder.write("all.pem", &field.front.ca_pem);
    let doctor = || {
        let call = field.world.call("doctor -c prod.json --json").env("SSL_CERT_FILE", "all.pem");
        let call = call.env("HTTPS_PROXY", "http://127.0.0.1:1");
        check(&call.env("NO_PROXY", "localhost,\nb.example").end(), "environment")
    };
    let shown = doctor();
    assert_says(&shown, "passed", "detail", &["SSL_CERT_FILE is all.pem", "b.example"]);
    assert!(!shown["detail"].as_str().expect("a text").contains('\n'), "{shown}");
    let mode = std::fs::Permissions::from_mode(0o666);
    std::fs::set_permissions(field.world.folder.path("all.pem"), mode).expect("permissions");
    assert_says(&doctor(), "warning", "detail", &["others can change all.pem"]);
}
