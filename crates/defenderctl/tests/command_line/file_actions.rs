//! `--to` of an action that leaves a file: the file is the evidence, and not the record of the job.

use serde_json::Value;

use crate::world::{MACHINE, World};

#[test]
fn the_file_is_what_the_job_leaves_by_run_and_by_verb() {
    let world = World::new();
    let script = "runScript --yes -p parameters.scriptName=triage.ps1";
    for (call, begins) in [
        (format!("run collectInvestigationPackage --yes -p id={MACHINE} -p comment=c"), "PK"),
        (format!("collect {MACHINE} --yes -m c"), "PK"),
        (format!("run {script} -p id={MACHINE}"), "triage of"),
        (format!("script run triage.ps1 {MACHINE} --yes"), "triage of"),
        (format!("file get {MACHINE} C:\\Windows\\Temp\\out.txt --yes -m c"), "collected evidence"),
    ] {
        let ran = world.call(&format!("{call} -c prod.json --to out.bin --force")).ends(0);
        let text = String::from_utf8_lossy(&world.folder.read("out.bin")).into_owned();
        assert!(text.contains(begins), "{call}: {text}");
        assert!(ran.stdout.ends_with("  out.bin\n"), "{call}: the digest: {}", ran.stdout);
    }
}

#[test]
fn a_form_that_is_asked_for_is_that_of_the_record_and_so_is_a_dry_run() {
    let world = World::new();
    let script = format!(
        "run runScript --yes -c prod.json -p id={MACHINE} -p parameters.scriptName=triage.ps1"
    );
    world.call(&format!("{script} --wait --output json --to out.json")).ends(0);
    let record: Value = serde_json::from_slice(&world.folder.read("out.json")).expect("JSON");
    assert_eq!(record["exit_code"], 0);
    world.call(&format!("{script} -p dryRun=true --to plan.json")).ends(0);
    let plan: Value = serde_json::from_slice(&world.folder.read("plan.json")).expect("JSON");
    assert_eq!(plan["dryRun"], true, "{plan}");
}

#[test]
fn a_file_that_would_go_nowhere_is_not_fetched() {
    let world = World::new();
    let get = format!("file get {MACHINE} C:\\Windows\\Temp\\out.txt -m c --yes -c prod.json");
    for more in ["", " --to -"] {
        let ran = world.call(&format!("{get}{more}")).ends(2);
        assert!(ran.stderr.contains("`--to FILE` is needed"), "{}", ran.stderr);
    }
    assert!(world.actions(MACHINE).is_empty());
    world.call(&format!("{get} --dry-run")).ends(0);
    world.call(&format!("{get} --json")).succeeds();
    assert_eq!(world.actions(MACHINE).len(), 1);
}

#[test]
fn of_many_machines_no_single_file_comes_and_nothing_is_sent() {
    let world = World::new();
    let collect = format!(
        "run collectInvestigationPackage --yes -c prod.json -p ids=[\"{MACHINE}\"] -p comment=c"
    );
    let ran = world.call(&format!("{collect} --to pkg.zip")).ends(2);
    assert!(ran.stderr.contains("name one machine"), "{}", ran.stderr);
    assert!(ran.stderr.contains("nothing was sent"), "{}", ran.stderr);
    assert!(world.actions(MACHINE).is_empty());
    assert_eq!(world.folder.names(), ["prod.json", "scenario.json"]);
}
