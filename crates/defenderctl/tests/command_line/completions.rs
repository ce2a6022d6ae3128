//! What helps at the keyboard: completions, the manual, examples, and what was probably meant.

use serde_json::json;

use crate::world::{Folder, MACHINE, World};

#[test]
fn every_shell_gets_a_script_that_asks_this_program() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = folder.call(&format!("completions {shell}")).ends(0).stdout;
        for part in ["DEFENDERCTL_COMPLETE", env!("CARGO_BIN_EXE_defenderctl")] {
            assert!(script.contains(part), "{part} for {shell}: {script}");
        }
        let document = folder.call(&format!("completions {shell} --json")).ends(0).json();
        assert_eq!(document["shell"], json!(shell));
    }
    folder.call("completions tcsh").ends(2);
}

#[test]
fn the_manual_has_a_page_for_each_command_with_its_examples() {
    let folder = Folder::new();
    let printed = folder.call("man -o pages").ends(0).stdout;
    for page in
        ["defenderctl.1", "defenderctl-config-init.1", "defenderctl-doctor.1", "defenderctl-run.1"]
    {
        assert!(printed.contains(page), "{page} in {printed}");
        assert!(!folder.read(&format!("pages/{page}")).is_empty());
    }
    let page = String::from_utf8(folder.read("pages/defenderctl-run.1")).expect("UTF-8");
    assert!(page.contains("Examples:") && page.contains("getAgentList"), "{page}");
    assert!(folder.call("man").ends(0).stdout.contains(".TH defenderctl"));
}

#[test]
fn a_mistyped_action_or_parameter_is_answered_with_the_one_that_was_meant() {
    let world = World::new();
    let isolate = format!("run isolateHost --yes -c prod.json -p id={MACHINE} --json");
    let trials = [
        ("run isolatehost -c prod.json --json".to_owned(), "unknown-action", "`isolateHost`"),
        ("actions show unisolateHost --json".to_owned(), "unknown-action", "`releaseHost`"),
        (
            "run getActionresults -c prod.json --to x --json".to_owned(),
            "unknown-action",
            "`getActionResults`",
        ),
        (format!("{isolate} -p coment=c"), "invalid-params", "`comment`"),
        (
            format!("{isolate} -p comment=c -p wait.pollseconds=2"),
            "invalid-params",
            "`pollSeconds`",
        ),
    ];
    for (arguments, kind, meant) in trials {
        let document = world.call(&arguments).fails(2, kind);
        let message = document["error"]["message"].as_str().expect("a message");
        assert!(message.contains(&format!("did you mean {meant}?")), "{arguments}: {message}");
    }
    // Nothing that touches machines is guessed at.
    for wrong in ["islateHost", "onboardHost", "startAndQuarantineFile"] {
        let document =
            world.call(&format!("actions show {wrong} --json")).fails(2, "unknown-action");
        let message = document["error"]["message"].as_str().expect("a message");
        let named = ["isolateHost", "offboardHost", "stopAndQuarantineFile"]
            .iter()
            .any(|name| message.contains(name));
        assert!(!named && !message.contains("did you mean"), "{message}");
    }
    // What is like nothing is left to the connector's own words.
    let document =
        world.call(&format!("{isolate} -p comment=c -p quarantine=1")).fails(2, "invalid-params");
    assert!(document["error"]["message"].as_str().expect("a message").contains("quarantine"));
}
