//! Changes that hold for the whole tenant are confirmed as disruptive ones are, and every change is
//! audited.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::terminal::Terminal;
use crate::world::{Folder, MACHINE, World};

const BLOCK: &str = "run submitIndicator -c prod.json -p indicatorType=DomainName -p indicatorValue=evil.test \
                     -p action=Block -p title=t -p description=d";

fn lines(folder: &Folder) -> Vec<Value> {
    let text = String::from_utf8(folder.read("audit.jsonl")).expect("UTF-8");
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

fn indicators(world: &World) -> Vec<Value> {
    let mut document = world.call("run getIndicators -c prod.json --json -p all=true").succeeds();
    document["data"]["value"].as_array_mut().map(std::mem::take).expect("a list")
}

fn is_declined(mut terminal: Terminal, question: &str, parts: &[&str]) {
    let shown = terminal.shows(question);
    for part in parts {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    terminal.types("n");
    assert!(terminal.ends(1).contains("not confirmed: nothing was changed"));
}

#[test]
fn an_indicator_is_shown_with_what_it_does_and_until_when() {
    let world = World::new();
    let before = indicators(&world).len();
    let question = "for the whole tenant? [y/N] ";
    is_declined(
        world.call(BLOCK).on_a_terminal(),
        question,
        &["DomainName evil.test", "Block", "expires", "never", "all"],
    );
    let until = format!("{BLOCK} -p expirationTime=2030-01-01T00:00:00Z");
    let ends = "Block evil.test for the whole tenant until 2030-01-01 00:00 UTC? [y/N] ";
    is_declined(world.call(&until).on_a_terminal(), ends, &["2030-01-01T00:00:00Z"]);
    let import = json!({ "indicators": [
        {
            "indicatorType": "Url", "indicatorValue": "https://a.test", "action": "Block",
            "title": "t", "description": "d"
        },
    ]});
    world.folder.write("import.json", import.to_string());
    let import = "run importIndicators -c prod.json --params @import.json";
    is_declined(
        world.call(import).on_a_terminal(),
        question,
        &["Url https://a.test", "Block", "never"],
    );
    assert_eq!(indicators(&world).len(), before);
    let mut terminal = world.call(BLOCK).on_a_terminal();
    terminal.shows(question);
    terminal.types("y");
    terminal.ends(0);
    assert_eq!(indicators(&world).len(), before + 1);
}

#[test]
fn a_mistyped_address_is_not_blocked_and_an_own_one_is_warned_of() {
    let world = World::new();
    let before = indicators(&world).len();
    for typo in ["203.0.113.999", "203.0.113"] {
        let ran = world.call(&format!("block {typo} -m INC-1 --yes -c prod.json")).ends(2);
        let says = format!("`{typo}` is not a valid IP address");
        assert!(ran.stderr.contains(&says), "{}", ran.stderr);
    }
    for (value, warning) in [
        ("127.0.0.1", "127.0.0.1 is every machine's own address"),
        ("10.20.30.40", "10.20.30.40 is a private address"),
    ] {
        let block = format!("block {value} -m INC-1 -c prod.json");
        is_declined(world.call(&block).on_a_terminal(), "[y/N] ", &[warning]);
    }
    assert_eq!(indicators(&world).len(), before);
}

#[test]
fn a_deletion_shows_what_is_deleted() {
    let world = World::new();
    let before = indicators(&world).len();
    let parts = ["20417", "IpAddress 198.51.100.77", "Block", "C2 address"];
    for call in ["deleteIndicator -p id=20417", "deleteIndicators -p ids=[\"20417\"]"] {
        is_declined(
            world.call(&format!("run {call} -c prod.json")).on_a_terminal(),
            "[y/N] ",
            &parts,
        );
    }
    assert_eq!(indicators(&world).len(), before);
    let delete = "run deleteLibraryFile -c prod.json -p fileName=triage.ps1";
    is_declined(
        world.call(delete).on_a_terminal(),
        "[y/N] ",
        &["library file triage.ps1", "SHA-256"],
    );
    let upload = "run uploadLibraryFile -c prod.json -p fileName=triage.ps1 -p content=abc";
    let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    is_declined(
        world.call(upload).on_a_terminal(),
        "[y/N] ",
        &["library file triage.ps1", digest, "is there"],
    );
}

#[test]
fn without_a_terminal_yes_is_needed_and_each_change_is_audited() {
    let world = World::new();
    let before = indicators(&world).len();
    for call in [
        BLOCK,
        "run importIndicators -c prod.json -p indicators=[]",
        "run deleteIndicator -c prod.json -p id=20417",
        "run deleteIndicators -c prod.json -p ids=[\"20417\"] -p dryRun=true",
        "run uploadLibraryFile -c prod.json -p fileName=a.ps1 -p content=abc",
        "run deleteLibraryFile -c prod.json -p fileName=triage.ps1",
    ] {
        let document = world.call(&format!("{call} --json --audit audit.jsonl")).fails(2, "denied");
        assert!(
            document["serviceMessage"].as_str().is_some_and(|text| text.contains("whole tenant")),
            "{document}"
        );
    }
    assert_eq!(indicators(&world).len(), before);
    assert!(!world.folder.names().contains(&"audit.jsonl".to_owned()));

    world.call(&format!("{BLOCK} --yes --json --audit audit.jsonl")).succeeds();
    let delete =
        "run deleteIndicators -c prod.json -p ids=[\"20417\"] --yes --json --audit audit.jsonl";
    world.call(delete).succeeds();
    let tag =
        format!("run addTag -c prod.json -p id={MACHINE} -p tag=x --json --audit audit.jsonl");
    world.call(&tag).succeeds();
    let lines = lines(&world.folder);
    let actions: Vec<&str> = lines.iter().filter_map(|line| line["action"].as_str()).collect();
    let doubled =
        ["submitIndicator", "deleteIndicators", "addTag"].map(|name| [name, name]).concat();
    assert_eq!(actions, doubled);
    let phases: Vec<&str> = lines.iter().filter_map(|line| line["phase"].as_str()).collect();
    assert_eq!(phases, ["before", "after"].repeat(3));
    assert_eq!(lines[0]["params"]["indicatorValue"], "evil.test");
    assert_eq!(
        (&lines[2]["params"]["ids"], &lines[4]["params"]["tag"]),
        (&json!(["20417"]), &json!("x"))
    );
}

#[test]
fn whether_a_change_holds_for_the_whole_tenant_is_decided_for_each() {
    let world = World::new();
    let actions = world.call("actions --json").ends(0).json()["actions"].clone();
    let of_effect = |effect: &str| -> BTreeSet<&str> {
        let actions =
            actions.as_array().expect("a list").iter().filter(|action| action["effect"] == effect);
        actions.filter_map(|action| action["name"].as_str()).collect()
    };
    let of_records = [
        "addTag",
        "removeTag",
        "setTags",
        "setDeviceValue",
        "updateAlert",
        "updateAlerts",
        "createAlert",
    ];
    let tenant_wide = [
        "submitIndicator",
        "importIndicators",
        "deleteIndicator",
        "deleteIndicators",
        "uploadLibraryFile",
        "deleteLibraryFile",
    ];
    assert_eq!((of_effect("change"), of_effect("policy")), (of_records.into(), tenant_wide.into()));
    for name in tenant_wide {
        world.call(&format!("run {name} -c prod.json --json")).fails(2, "denied");
    }
}
