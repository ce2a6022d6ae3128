//! `config init`: flags make settings, what is missing is a comment, and nothing is replaced.

use serde_json::{Value, json};

use crate::secrets::assert_silent;
use crate::shape::assert_members;
use crate::world::{Folder, World};

const CLIENT: &str = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";

/// Flags that lead to the stub, but for the secret.
pub(crate) fn flags(world: &World) -> String {
    let config = &world.first_line["config"];
    let text = |name: &str| config[name].as_str().expect("text");
    format!(
        "--tenant {} --client-id {} --api-url {} --oauth-server-url {} --graph-url {}",
        text("tenantId"),
        text("clientId"),
        text("apiUrl"),
        text("oAuthServerUrl"),
        text("graphUrl"),
    )
}

pub(crate) fn settings(folder: &Folder, name: &str) -> Value {
    toml::from_str(&text(folder, name)).expect("TOML")
}

fn text(folder: &Folder, name: &str) -> String {
    String::from_utf8(folder.read(name)).expect("UTF-8")
}

#[cfg(unix)]
pub(crate) fn mode(folder: &Folder, name: &str) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(folder.path(name)).expect("a file").permissions().mode() & 0o777
}

#[test]
fn flags_make_settings_that_are_private_and_work() {
    let world = World::new();
    let arguments = format!("config init -c made.toml {} --secret-env STUB_SECRET", flags(&world));
    let ran = world.call(&arguments).env("STUB_SECRET", world.secret()).ends(0);
    assert_silent(&ran, &[world.secret()], "init");
    assert_eq!(ran.stdout, "made.toml\n");
    assert!(
        ran.stderr.contains("to check it: defenderctl config test -c made.toml"),
        "{}",
        ran.stderr
    );
    let made = settings(&world.folder, "made.toml");
    assert_members(&made, &["config", "secrets"]);
    assert_eq!(made["secrets"], json!({ "clientSecret": { "env": "STUB_SECRET" } }));
    assert_eq!(made["config"]["tenantId"], world.first_line["config"]["tenantId"]);
    #[cfg(unix)]
    assert_eq!(mode(&world.folder, "made.toml"), 0o600);
    world.call("config test -c made.toml").env("STUB_SECRET", world.secret()).ends(0);
}

#[test]
fn without_flags_it_is_a_template_that_says_what_to_fill_in() {
    let folder = Folder::new();
    let ran = folder.call("config init").ends(0);
    assert_eq!(ran.stdout, "defender.toml\n");
    assert!(ran.stderr.contains("fill in tenantId and clientId"), "{}", ran.stderr);
    let made = text(&folder, "defender.toml");
    for line in
        ["# tenantId = \"contoso.example\"", "# cloud = \"commercial\"", "# clientAssertion = "]
    {
        assert!(made.contains(line), "{line} in {made}");
    }
    let document = folder.call("config init -c other.toml --json").ends(0).json();
    assert_members(&document, &["status", "connectorId", "path", "secretPath", "missing"]);
    assert_eq!(document["missing"], json!(["tenantId", "clientId"]));
    // Nothing else has to be changed in it.
    let filled = made
        .replace("# tenantId", "tenantId")
        .replace("# clientId", "clientId")
        .replace("00000000-0000", "0f1e2d3c-4b5a");
    folder.write("filled.toml", filled);
    let document = folder
        .call("run getAgentList -c filled.toml --json")
        .env("DEFENDER_CLIENT_SECRET", "")
        .fails(2, "invalid-config");
    assert_eq!(document["error"]["details"][0]["pointer"], "/secrets/clientSecret");
}

#[test]
fn a_profile_is_added_and_nothing_else_is_changed() {
    let world = World::new();
    let before = "# by hand\r\n[profiles.lab.config]\ntenantId  =  'lab.example' # the lab";
    world.folder.write("made.toml", before);
    #[cfg(unix)]
    std::fs::set_permissions(
        world.folder.path("made.toml"),
        std::os::unix::fs::PermissionsExt::from_mode(0o640),
    )
    .expect("permissions");
    let add = format!("config init -c made.toml --profile prod {} --secret-env S_X", flags(&world));
    let ran = world.call(&add).env("S_X", world.secret()).ends(0);
    assert!(ran.stderr.contains("config test -c made.toml --profile prod"), "{}", ran.stderr);
    let made = text(&world.folder, "made.toml");
    assert!(made.starts_with(before), "{made}");
    #[cfg(unix)]
    assert_eq!(mode(&world.folder, "made.toml"), 0o640);
    world.call("config test -c made.toml --profile prod").env("S_X", world.secret()).ends(0);
    // The same name once more.
    let refused = world.call(&add).ends(2);
    assert!(refused.stderr.contains("a profile `prod` already"), "{}", refused.stderr);
    assert_eq!(text(&world.folder, "made.toml"), made);
    // A new file may begin with a profile.
    world.call("config init -c new.toml --profile lab --tenant lab.example").ends(0);
    assert_eq!(
        settings(&world.folder, "new.toml")["profiles"]["lab"]["config"],
        json!({ "tenantId": "lab.example" })
    );
}

#[test]
fn a_file_that_cannot_take_a_profile_stays_as_it_is() {
    let folder = Folder::new();
    for (text, words) in [
        ("profiles = { lab = { config = {} } }\n", "[profiles.NAME.config]"),
        ("profiles = 1\n", "was not changed"),
        ("secret = hunter2", "not TOML"),
    ] {
        folder.write("made.toml", text);
        let ran = folder.call("config init -c made.toml --profile prod --secret-env X_Y").ends(2);
        assert!(ran.stderr.contains(words) && !ran.stderr.contains("hunter2"), "{}", ran.stderr);
        assert_eq!(folder.read("made.toml"), text.as_bytes());
    }
    folder.call("config init --profile a.b").ends(2);
    assert_eq!(folder.names(), ["made.toml"]);
}

#[test]
fn a_secret_file_is_found_from_where_the_settings_lie() {
    let world = World::new();
    world.folder.write("secret.txt", world.secret());
    std::fs::create_dir(world.folder.path("etc")).expect("a folder");
    let arguments =
        format!("config init -c etc/made.toml {} --secret-file secret.txt", flags(&world));
    world.call(&arguments).ends(0);
    world.call("config test -c etc/made.toml").ends(0);
}

#[test]
fn what_is_wrong_is_reported_by_its_flag_and_nothing_is_written() {
    let folder = Folder::new();
    let app = format!("--tenant contoso.example --client-id {CLIENT}");
    let trials = [
        ("--cloud mars".to_owned(), "--cloud"),
        ("--tenant a/b".to_owned(), "--tenant"),
        ("--client-id contoso.onmicrosoft.com".to_owned(), "--client-id"),
        (format!("{app} --secret-env 1;x"), "--secret-env"),
        (format!("{app} --secret-file missing.txt"), "--secret-file"),
        (format!("{app} --certificate missing.pem"), "--certificate"),
        (format!("{app} --api-url ftp://x --secret-env X"), "--api-url"),
        ("-c made.json".to_owned(), ".json"),
    ];
    for (arguments, named) in trials {
        let document =
            folder.call(&format!("config init {arguments} --json")).fails(2, "invalid-config");
        assert!(
            document["error"]["message"].as_str().expect("a message").contains(named),
            "{arguments}: {document}"
        );
    }
    for arguments in [
        "config init --secret x",
        "config init --client-secret x",
        "config init --secret-env A --secret-file b",
        "config init --secret-env A --passphrase-env B",
        "config init --secret-file a --passphrase-file b",
    ] {
        folder.call(arguments).ends(2);
    }
    // A secret where the name of its variable belongs.
    let ran = folder.call(&format!("config init {app} --secret-env hunter2")).ends(2);
    assert!(ran.stderr.contains("--secret-env takes the name"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("hunter2") && ran.stdout.is_empty(), "{}", ran.stderr);
    assert!(folder.names().is_empty(), "{:?}", folder.names());
}

#[test]
fn an_existing_file_is_never_replaced() {
    let folder = Folder::new();
    folder.write("made.toml", "old");
    let arguments = format!("config init -c made.toml --client-id {CLIENT} --secret-env X_Y");
    let ran = folder.call(&arguments).ends(2);
    assert!(ran.stderr.contains("exists and was not changed"), "{}", ran.stderr);
    folder.call(&format!("{arguments} --force")).ends(2);
    assert_eq!(folder.read("made.toml"), b"old");
}
