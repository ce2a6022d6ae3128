//! The command line itself: what is wrong with it is reported before anything runs.

use serde_json::Value;

use crate::world::{Folder, MACHINE, World};

#[test]
fn a_wrong_command_line_is_usage() {
    let folder = Folder::new();
    let trials = [
        "",
        "isolate",
        "run",
        "run getAgentList -c a.json -c b.json",
        "run getAgentList -c a.json -p id",
        "run getAgentList -c a.json --secret x",
        "run getActionResults -c a.json --to",
        "stub --listen here",
        "config",
    ];
    for arguments in trials {
        let ran = folder.call(arguments).ends(2);
        assert!(ran.stdout.is_empty() && !ran.stderr.is_empty(), "{arguments}");
        let document = folder.call(&format!("{arguments} --json")).fails(2, "invalid-config");
        assert_eq!(document["connectorId"], Value::Null, "{arguments}");
    }
    assert!(folder.names().is_empty());
}

#[test]
fn where_there_are_no_settings_init_is_named() {
    let folder = Folder::new();
    for arguments in ["config test", "run getAgentList", "config test -c missing.toml"] {
        let ran = folder.call(arguments).ends(2);
        assert!(ran.stderr.contains("`defenderctl config init"), "{arguments}: {}", ran.stderr);
    }
    let ran = folder.call("run -c a.toml").ends(2);
    assert!(!ran.stderr.contains("init"), "{}", ran.stderr);
}

#[test]
fn help_and_version_are_no_failures() {
    let folder = Folder::new();
    for arguments in ["--help", "--version", "run --help", "help stub", "--json --help"] {
        let ran = folder.call(arguments).ends(0);
        assert!(!ran.stdout.is_empty() && ran.stderr.is_empty(), "{arguments}");
    }
}

#[test]
fn a_file_that_is_not_there_is_usage() {
    let folder = Folder::new();
    let trials = [
        "config test -c missing.toml --json",
        "run getAgentList -c missing.json --json",
        "run getActionResults -c missing.toml --to out --json",
        "actions --plugin missing.wasm --json",
        "stub --scenario missing.toml --json",
    ];
    for arguments in trials {
        folder.call(arguments).fails(2, "invalid-config");
    }
    assert!(folder.names().is_empty());
}

#[test]
fn the_settings_file_may_be_named_by_the_environment() {
    let folder = Folder::new();
    folder.write("prod.toml", "unknown = 1");
    let document = folder
        .call("config test --json")
        .env("DEFENDERCTL_CONFIG", "prod.toml")
        .fails(2, "invalid-config");
    assert_eq!(document["connectorId"], "prod");
}

#[test]
fn a_variable_that_is_empty_is_as_one_that_is_not_set() {
    let world = World::new();
    let isolate = format!("run isolateHost --yes -p id={MACHINE} -p comment=c --json");
    world.call(&format!("{isolate} -c prod.json")).env("DEFENDERCTL_AUDIT", "").succeeds();
    let ran = world.call(&isolate).env("DEFENDERCTL_CONFIG", "").ends(2);
    assert!(ran.stderr.contains("there is no settings file"), "{}", ran.stderr);
    // Said on the command line it is a mistake: a user who wants a record must not go without.
    let mut call = world.call(&format!("{isolate} -c prod.json"));
    call.command.args(["--audit", ""]);
    call.ends(2);
    assert_eq!(world.actions(MACHINE).len(), 1);
}
