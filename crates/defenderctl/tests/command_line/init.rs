//! `init` in scripts: flags give everything but the secret.

use serde_json::{Value, json};

use crate::run::Ran;
use crate::secrets::assert_silent;
use crate::shape::assert_members;
use crate::world::{Folder, World};

/// Flags that lead to the stub, but for the secret.
pub(crate) fn flags(world: &World) -> String {
    let config = &world.first_line["config"];
    let text = |name: &str| config[name].as_str().expect("text");
    format!(
        "--cloud commercial --tenant-id {} --client-id {} --api-url {} --oauth-server-url {} --graph-url {}",
        text("tenantId"),
        text("clientId"),
        text("apiUrl"),
        text("oAuthServerUrl"),
        text("graphUrl"),
    )
}

pub(crate) fn settings(folder: &Folder, name: &str) -> Value {
    toml::from_str(&String::from_utf8(folder.read(name)).expect("UTF-8")).expect("TOML")
}

#[cfg(unix)]
pub(crate) fn mode(folder: &Folder, name: &str) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(folder.path(name)).expect("a file").permissions().mode() & 0o777
}

#[test]
fn flags_make_settings_that_are_private_and_tested() {
    let world = World::new();
    let arguments = format!("config init -c made.toml {} --secret-env STUB_SECRET", flags(&world));
    let ran: Ran = world.call(&arguments).env("STUB_SECRET", world.secret()).ends(0);
    assert_silent(&ran, &[world.secret()], "init");
    assert!(
        ran.stdout.starts_with("made.toml\n") && ran.stdout.contains("passed   token"),
        "{}",
        ran.stdout
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
fn one_document_tells_what_was_written_and_what_the_test_said() {
    let world = World::new();
    world.folder.write("secret.txt", world.secret());
    let arguments =
        format!("config init -c made.toml {} --secret-file secret.txt --json", flags(&world));
    let document = world.call(&arguments).ends(0).json();
    assert_members(&document, &["status", "connectorId", "path", "secretPath", "test"]);
    assert_eq!(
        (&document["connectorId"], &document["path"]),
        (&json!("made"), &json!("made.toml"))
    );
    assert_eq!(document["test"]["report"]["passed"], true);
    world.folder.write("secret.txt", "another-secret");
    let arguments =
        format!("config init -c refused.toml {} --secret-file secret.txt --json", flags(&world));
    let document = world.call(&arguments).ends(1).json();
    assert_eq!(
        (&document["status"], &document["test"]["status"]),
        (&json!("error"), &json!("error"))
    );
    let arguments =
        format!("config init -c wrong.toml {} --secret-env NOT_SET_ANYWHERE --json", flags(&world));
    let document = world.call(&arguments).ends(0).json();
    assert_eq!(document["test"], Value::Null, "without the secret there is nothing to test");
}

#[test]
fn a_secret_file_is_found_from_where_the_settings_lie() {
    let world = World::new();
    world.folder.write("secret.txt", world.secret());
    std::fs::create_dir(world.folder.path("etc")).expect("a folder");
    let arguments =
        format!("config init -c etc/made.toml {} --secret-file secret.txt", flags(&world));
    world.call(&arguments).ends(0);
}

#[test]
fn what_is_missing_or_wrong_is_reported_by_its_flag_and_nothing_is_written() {
    let folder = Folder::new();
    let trials = [
        ("", "--cloud"),
        ("--cloud mars", "--cloud"),
        ("--cloud eu", "--tenant-id"),
        ("--cloud eu --tenant-id a/b", "--tenant-id"),
        ("--cloud eu --tenant-id contoso.example", "--client-id"),
        (
            "--cloud eu --tenant-id contoso.example --client-id 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
            "--secret-env",
        ),
        (
            "--cloud eu --tenant-id contoso.example --client-id 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0 --secret-env 1;x",
            "--secret-env",
        ),
        (
            "--cloud eu --tenant-id contoso.example --client-id 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0 --secret-file missing.txt",
            "--secret-file",
        ),
        (
            "--cloud eu --tenant-id contoso.example --client-id 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0 --api-url ftp://x --secret-env X",
            "--api-url",
        ),
        ("-c made.json", ".json"),
    ];
    for (arguments, named) in trials {
        let document = folder
            .call(&format!("config init --no-test {arguments} --json"))
            .fails(2, "invalid-config");
        assert!(
            document["error"]["message"].as_str().expect("a message").contains(named),
            "{arguments}: {document}"
        );
    }
    for arguments in [
        "config init --secret x",
        "config init --client-secret x",
        "config init --secret-env A --secret-file b",
    ] {
        folder.call(arguments).ends(2);
    }
    assert!(folder.names().is_empty(), "{:?}", folder.names());
}

#[test]
fn an_existing_file_is_replaced_only_by_force() {
    let folder = Folder::new();
    folder.write("made.toml", "old");
    let arguments = "config init -c made.toml --cloud eu --tenant-id contoso.example --client-id 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0 --secret-env X_Y --no-test";
    let document = folder.call(&format!("{arguments} --json")).fails(2, "invalid-config");
    assert!(document["error"]["message"].as_str().expect("a message").contains("--force"));
    assert_eq!(folder.read("made.toml"), b"old");
    let ran = folder.call(&format!("{arguments} --force")).ends(0);
    assert!(ran.stderr.contains("not tested"), "{}", ran.stderr);
    assert_eq!(settings(&folder, "made.toml")["config"]["cloud"], "eu");
    #[cfg(unix)]
    assert_eq!(mode(&folder, "made.toml"), 0o600);
    assert_eq!(folder.names(), ["made.toml"]);
}
