//! Where the question is asked, and when it is not.

use super::*;

#[test]
fn yes_in_advance_and_a_dry_run_are_not_asked_about() {
    let world = World::new();
    let shown = isolate(&world, &format!("-p id={MACHINE} -p dryRun=true")).ends(0);
    assert!(!shown.contains("[y/N]"), "{shown}");
    assert!(world.actions(MACHINE).is_empty());
    for more in ["--yes", "-y"] {
        let shown = isolate(&world, &format!("-p id={MACHINE} -p ensure=true {more}")).ends(0);
        assert!(!shown.contains("[y/N]"), "{shown}");
    }
    assert_eq!(world.actions(MACHINE).len(), 1);
}

#[test]
fn without_a_terminal_yes_is_needed_and_nothing_is_sent() {
    let world = World::new();
    let wrong = r#"-p hosts=[{"computerDnsName":"nosuch"},{"computerDnsName":"ws-ops-014"}]"#;
    for (action, parameters) in [
        ("run isolateHost", format!("-p id={MACHINE} -p comment=c")),
        ("run isolateHost", format!("-p comment=c {wrong}")),
        ("run offboardHost", format!("-p id={MACHINE} -p comment=c")),
        (
            "run runScript --to out.txt",
            format!("-p id={MACHINE} -p parameters.scriptName=triage.ps1"),
        ),
    ] {
        let call = format!("{action} -c prod.json --audit audit.jsonl {parameters}");
        let document = world.call(&format!("{call} --json")).fails(2, "denied");
        let message = document["serviceMessage"].as_str().expect("a message");
        assert!(
            message.contains(" is needed, because there is no terminal to ask on"),
            "{message}"
        );
        let ran = world.call(&call).ends(2);
        assert!(ran.stdout.is_empty() && ran.stderr.contains("nothing was sent"), "{}", ran.stderr);
    }
    assert!(world.actions(MACHINE).is_empty());
    assert_eq!(world.folder.names(), ["prod.json", "scenario.json"]);
    world
        .call(&format!("run isolateHost --yes -c prod.json --json -p comment=c -p id={MACHINE}"))
        .succeeds();
    assert_eq!(world.actions(MACHINE).len(), 1);
}

#[test]
fn a_download_that_starts_something_is_asked_about() {
    let world = World::new();
    let download = format!(
        "run runScript -c prod.json --to out.txt -p id={MACHINE} -p parameters.scriptName=triage.ps1"
    );
    let mut terminal = world.call(&download).on_a_terminal();
    let shown = terminal.shows("Run script on 1 machine? [y/N] ");
    assert!(shown.contains("triage.ps1"), "{shown}");
    terminal.types("n");
    assert!(terminal.ends(1).contains(NOTHING_SENT));
    assert!(world.actions(MACHINE).is_empty());
    let mut terminal = world.call(&download).on_a_terminal();
    terminal.shows("[y/N] ");
    terminal.types("y");
    terminal.ends(0);
    assert_eq!(
        world.actions(MACHINE).iter().map(|action| &action["type"]).collect::<Vec<&Value>>(),
        ["LiveResponse"]
    );
    assert!(String::from_utf8_lossy(&world.folder.read("out.txt")).contains("triage of"));
}

#[test]
fn whatever_is_redirected_the_question_is_asked_on_the_terminal() {
    let world = World::new();
    let binary = env!("CARGO_BIN_EXE_defenderctl");
    let run = format!(
        "{binary} run isolateHost -c prod.json -p comment=c -p host.computerDnsName={NAME}"
    );
    for line in [
        format!("{run} | tee log.txt"),
        format!("{run} > out.json"),
        format!("{run} 2> err.log"),
        format!("{run} --json"),
        format!("{run} --json 2>&1 | cat"),
        format!("echo y | {run}"),
        format!("{run} < /dev/null > out.json 2> err.log"),
        format!("answer=$({run}); echo \"$answer\""),
        format!("{} | cat", run.replace("isolateHost", "offboardHost")),
        format!("echo {NAME} | while read h; do {run}; done"),
    ] {
        let mut terminal = shell(&world.folder.path(""), &format!("{line}; true")).on_a_terminal();
        let shown = terminal.shows("1 machine? ");
        assert!(
            shown.contains("ws-ops-014.example.test") && shown.contains(MACHINE),
            "{line}: {shown}"
        );
        terminal.types("n");
        terminal.ends(0);
        assert!(world.actions(MACHINE).is_empty(), "{line}");
    }
    let mut terminal =
        shell(&world.folder.path(""), &format!("{run} --json > out.json")).on_a_terminal();
    terminal.shows("[y/N] ");
    terminal.types("y");
    terminal.ends(0);
    let document: Value =
        serde_json::from_slice(&world.folder.read("out.json")).expect("one document");
    assert_eq!((&document["status"], world.actions(MACHINE).len()), (&json!("ok"), 1));
}

#[test]
fn a_job_in_the_background_cannot_ask() {
    let world = World::new();
    let binary = env!("CARGO_BIN_EXE_defenderctl");
    let run = format!("{binary} run isolateHost -c prod.json -p comment=c -p id={MACHINE}");
    let job = format!("set -m; {run} & wait $!");
    let shown = shell(&world.folder.path(""), &job).on_a_terminal().ends(2);
    assert!(!shown.contains("[y/N]") && shown.contains("`--yes` is needed"), "{shown}");
    assert!(world.actions(MACHINE).is_empty());
    shell(&world.folder.path(""), &job.replace(" -c ", " --yes -c ")).on_a_terminal().ends(0);
    assert_eq!(world.actions(MACHINE).len(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_controlling_terminal_yes_is_needed_as_by_ssh_and_cron() {
    let world = World::new();
    let binary = env!("CARGO_BIN_EXE_defenderctl");
    let run = format!("{binary} run isolateHost -c prod.json -p comment=c -p id={MACHINE}");
    for line in [
        // `ssh -T host command`: pipes, and a session without a terminal.
        format!("setsid -w {run}"),
        // cron: the same, and nothing to read from.
        format!("setsid -w {run} < /dev/null"),
        format!("setsid -w {run} <&- > out.txt 2> err.txt"),
        format!("setsid -w {run} | cat; exit ${{PIPESTATUS:-2}}"),
        format!("echo {MACHINE} | setsid -w sh -c 'while read id; do {run}; done'"),
    ] {
        shell(&world.folder.path(""), &line).ends(2);
        assert!(world.actions(MACHINE).is_empty(), "{line}");
    }
    // The same at a terminal that it does not control.
    let mut terminal =
        shell(&world.folder.path(""), &format!("setsid -w {run}; echo status $?")).on_a_terminal();
    let shown = terminal.shows("status 2");
    assert!(shown.contains("`--yes` is needed") && !shown.contains("[y/N]"), "{shown}");
    terminal.ends(0);
    assert!(world.actions(MACHINE).is_empty());
    shell(&world.folder.path(""), &format!("setsid -w {run} --yes <&-")).ends(0);
    assert_eq!(world.actions(MACHINE).len(), 1);
}
