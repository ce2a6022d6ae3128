//! `run -o` of an action that yields a file: its JSON record under that name would be taken for
//! the evidence.

use serde_json::json;

use crate::world::{MACHINE, World};

const PATH: &str = "-p path=C:/out.txt -p comment=c";

#[test]
fn a_record_is_not_written_into_a_file_that_is_to_hold_the_evidence() {
    let world = World::new();
    let trials = [
        (
            "collectInvestigationPackage --yes",
            format!("-p id={MACHINE} -p comment=c"),
            Some("getPackageLink"),
        ),
        ("getFile --yes", format!("-p id={MACHINE} {PATH}"), Some("getActionResults")),
        (
            "runScript --yes",
            format!("-p id={MACHINE} -p parameters.scriptName=triage.ps1"),
            Some("getActionResults"),
        ),
        ("getPackageLink", "-p id=x".to_owned(), None),
        ("getActionResults", "-p id=x".to_owned(), None),
    ];
    for (words, parameters, fetched_by) in trials {
        let action = words.split(' ').next().expect("a name");
        for option in ["-o evidence.bin", "--to evidence.bin", "--json --to evidence.bin"] {
            let ran =
                world.call(&format!("run {words} -c prod.json {parameters} {option}")).ends(2);
            let command = format!("download {action} -o evidence.bin");
            assert!(
                ran.stderr.contains(&command) && ran.stderr.contains("nothing was sent"),
                "{}",
                ran.stderr
            );
            if let Some(fetched_by) = fetched_by {
                let steps = [
                    format!("run {action} --wait "),
                    format!("download {fetched_by} -o evidence.bin "),
                ];
                assert!(steps.iter().all(|step| ran.stderr.contains(step)), "{}", ran.stderr);
            }
        }
    }
    assert!(world.actions(MACHINE).is_empty());
    assert_eq!(world.folder.names(), ["prod.json", "scenario.json"]);
}

#[cfg(unix)]
#[test]
fn the_printed_commands_fetch_the_file() {
    let world = World::new();
    let params = json!({ "id": MACHINE, "comment": "it's one" }).to_string();
    world.folder.write("params.json", params);
    let run = "run collectInvestigationPackage --yes -c prod.json --params @params.json --json";
    let document = world.call(&format!("{run} --to pkg.zip")).fails(2, "invalid-config");
    let commands = &document["error"]["details"]["commands"];
    let command =
        |n: usize| commands[n].as_str().unwrap_or_else(|| panic!("{document}")).to_owned();
    let run = |line: &str| crate::run::shell(&world.folder.path(""), line).ends(0).json();
    run(&command(0));
    assert_eq!(world.folder.read("pkg.zip")[..2], *b"PK");
    std::fs::remove_file(world.folder.path("pkg.zip")).expect("a file");
    let started = run(&command(1));
    let id = started["job"]["id"].as_str().expect("an ID").to_owned();
    run(&command(2).replace("id=ID", &format!("id={id}")));
    assert_eq!(world.folder.read("pkg.zip")[..2], *b"PK");
}

#[test]
fn a_form_that_is_asked_for_is_written() {
    let world = World::new();
    let script = format!(
        "run runScript --yes -c prod.json -p id={MACHINE} -p parameters.scriptName=triage.ps1 --wait"
    );
    world.call(&format!("{script} --output json --to out.json")).ends(0);
    let record: serde_json::Value =
        serde_json::from_slice(&world.folder.read("out.json")).expect("JSON");
    assert_eq!(record["exit_code"], 0);
    let plan = format!(
        "run getFile --yes -c prod.json -p id={MACHINE} {PATH} -p dryRun=true --to plan.json"
    );
    world.call(&plan).ends(0);
}

#[test]
fn for_many_machines_the_two_steps_are_printed_alone() {
    let world = World::new();
    let collect = format!(
        "run collectInvestigationPackage --yes -c prod.json -p ids=[\"{MACHINE}\"] -p comment=c"
    );
    let ran = world.call(&format!("{collect} --wait=60 --to pkg.zip")).ends(2);
    assert!(ran.stderr.contains("collectInvestigationPackage --wait=60 "), "{}", ran.stderr);
    assert!(!ran.stderr.contains("download collectInvestigationPackage"), "{}", ran.stderr);
    assert!(world.actions(MACHINE).is_empty());
}
