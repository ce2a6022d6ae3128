//! The forms of a result: tables for users, JSON and CSV for programs, on stdout or in a file.

use serde_json::json;

use crate::world::{MACHINE, World};

#[test]
fn a_table_has_the_important_columns_and_csv_all_of_them() {
    let world = World::new();
    let table = world.call("run getAgentList -c prod.json --output table").ends(0).stdout;
    let heading: Vec<&str> = table.lines().next().unwrap().split_whitespace().collect();
    assert_eq!((heading[0], heading.last()), ("computerDnsName", Some(&"id")));
    assert!(
        table.lines().any(|line| line.contains(MACHINE) && line.contains("ws-ops-014")),
        "{table}"
    );

    let csv = world.call("run getAgentList -c prod.json --output csv").ends(0).stdout;
    let mut lines = csv.split("\r\n");
    let columns = lines.next().unwrap();
    for name in ["id", "computerDnsName", "machineTags", "lastSeen"] {
        assert!(columns.split(',').any(|column| column == name), "{columns}");
    }
    assert_eq!(lines.filter(|line| !line.is_empty()).count(), table.lines().count() - 1);
}

#[test]
fn chosen_columns_come_in_their_order_and_unknown_ones_are_named() {
    let world = World::new();
    let list = "run getAgentList -c prod.json --columns lastSeen,computerDnsName";
    let table = world.call(&format!("{list} -o table")).ends(0).stdout;
    let heading: Vec<&str> = table.lines().next().unwrap().split_whitespace().collect();
    assert_eq!(heading, ["lastSeen", "computerDnsName"]);
    let csv = world.call(&format!("{list},nothing -o csv")).ends(0);
    assert!(csv.stdout.starts_with("lastSeen,computerDnsName,nothing\r\n"), "{}", csv.stdout);
    assert!(csv.stderr.contains("no record has a column `nothing`"), "{}", csv.stderr);
    world.call(&format!("{list} -o json")).ends(2);
}

#[test]
fn a_call_ends_with_what_holds_now_and_costs_are_for_the_verbose() {
    let world = World::new();
    let isolate = format!("run isolateHost --yes -c prod.json -p comment=c -p id={MACHINE} --wait");
    let ran = world.call(&format!("{isolate} -v")).ends(0);
    assert!(ran.stderr.contains("ws-ops-014.example.test is isolated ("), "{}", ran.stderr);
    assert!(ran.stderr.contains("requests: "), "{}", ran.stderr);
    let again = world.call(&format!("{isolate} -p ensure=true")).ends(0);
    let sentence = "ws-ops-014.example.test is isolated; an earlier job did it";
    assert!(again.stderr.contains(sentence), "{}", again.stderr);
    assert!(!again.stderr.contains("requests: "), "{}", again.stderr);
}

#[test]
fn a_job_whose_response_was_lost_is_not_called_an_earlier_one() {
    let isolation = "POST /api/machines/{id}/isolate";
    let fault = json!({ "on": isolation, "carriedOut": true, "kind": "resetAfter" });
    let world = World::with(json!({ "faults": [fault] }));
    let isolate = format!("run isolateHost --yes -c prod.json -p comment=c -p id={MACHINE} --wait");
    let ran = world.call(&isolate).ends(0);
    let sentence = "is isolated; the response was lost, and its job was found by its mark";
    assert!(ran.stderr.contains(sentence) && !ran.stderr.contains("earlier"), "{}", ran.stderr);
    assert_eq!(world.actions(MACHINE).len(), 1);
}

#[test]
fn a_format_is_no_file_name_and_a_dash_is_stdout() {
    let world = World::new();
    let list = "run getAgentList -c prod.json";
    let plain = world.call(&format!("{list} -o json")).ends(0).stdout;
    assert!(plain.starts_with('{'), "{plain}");
    let dashed = world.call(&format!("{list} -o json --to -")).ends(0).stdout;
    assert!(dashed.starts_with('{'), "{dashed}");
    world.call(&format!("{list} -o oops.txt")).ends(2);
    assert_eq!(world.folder.names(), ["prod.json", "scenario.json"]);
}

#[cfg(unix)]
#[test]
fn a_person_reads_how_long_ago_and_wide_has_the_whole_time() {
    let world = World::new();
    let list = "run getAgentList -c prod.json --columns computerDnsName,lastSeen -o";
    let shown = world.call(&format!("{list} table")).on_a_terminal().ends(0);
    assert!(shown.contains(" ago") && !shown.contains("Z\r"), "{shown}");
    let wide = world.call(&format!("{list} wide")).on_a_terminal().ends(0);
    assert!(wide.contains('Z') && !wide.contains(" ago"), "{wide}");
}

#[cfg(unix)]
#[test]
fn a_hundred_columns_show_which_machine_what_and_when() {
    let world = World::new();
    let isolate = format!("run isolateHost --yes --json -c prod.json -p id={MACHINE} -p comment=c");
    world.call(&isolate).succeeds();
    let shown = |columns: u16, command: &str| {
        let program = env!("CARGO_BIN_EXE_defenderctl");
        let line = format!("stty rows 40 cols {columns}; exec {program} {command} -c prod.json");
        crate::run::shell(&world.folder.path(""), &line).on_a_terminal().ends(0)
    };
    let headings = |shown: &str, first: &str| {
        let line = shown.lines().find(|line| line.trim_end().ends_with(" id"));
        let words = line.unwrap_or_default().split_whitespace().map(str::to_owned);
        words.skip_while(|word| word != first).collect::<Vec<_>>()
    };
    let jobs = shown(100, "jobs");
    let first = headings(&jobs, "machine");
    assert_eq!(first[..5], ["machine", "type", "status", "created", "comment"], "{jobs}");
    let alerts = shown(100, "alerts");
    let all = headings(&alerts, "machine");
    assert_eq!(all, ["machine", "title", "severity", "created", "id"], "{alerts}");
    // A device ID takes 40 columns, and the longest state of a sensor 21.
    let machines = shown(101, "machines");
    let all = headings(&machines, "machine");
    assert_eq!(all, ["machine", "sensor", "last", "seen", "id"], "{machines}");
}

#[cfg(unix)]
#[test]
fn what_is_longer_than_the_screen_goes_to_the_pager() {
    let world = World::with(json!({ "fleet": 30 }));
    let list = "run getAgentList -c prod.json -p all=true --columns computerDnsName";
    let resized = |more: &str| {
        let line = format!(
            "stty rows 10 cols 80; exec {} {list} {more}",
            env!("CARGO_BIN_EXE_defenderctl")
        );
        let call = crate::run::shell(&world.folder.path(""), &line).env("PAGER", "sed s/^/paged:/");
        call.on_a_terminal().ends(0)
    };
    let shown = resized("");
    assert!(shown.contains("paged:machine"), "{shown}");
    let shown = resized("--no-pager");
    assert!(!shown.contains("paged:") && shown.contains("ws-ops-014"), "{shown}");
}

#[test]
fn what_a_machine_reports_does_not_become_a_formula() {
    let world = World::new();
    let tag = "=HYPERLINK(0)";
    world.call(&format!("run addTag -c prod.json --json -p id={MACHINE} -p tag={tag}")).succeeds();
    let block = "run submitIndicator --yes -c prod.json --json -p indicatorType=DomainName -p indicatorValue=evil.test";
    world.call(&format!("{block} -p action=Block -p title={tag} -p description=d")).succeeds();
    let csv = world.call("run getIndicators -c prod.json --output csv").ends(0).stdout;
    assert!(csv.contains(&format!(",'{tag}")) && !csv.contains(&format!(",{tag}")), "{csv}");
}

#[test]
fn csv_of_what_is_no_list_is_refused_before_anything_is_sent() {
    let world = World::new();
    let isolate = "run isolateHost --yes -c prod.json -p comment=c --output csv";
    let ran = world.call(&format!("{isolate} -p id={MACHINE}")).ends(2);
    assert!(ran.stderr.contains("gives no list") && ran.stdout.is_empty(), "{}", ran.stderr);
    assert!(world.actions(MACHINE).is_empty());
    let csv = world.call(&format!("{isolate} -p ids=[\"{MACHINE}\"]")).ends(0).stdout;
    assert!(csv.starts_with("target,status,data,job,warnings\r\n"), "{csv}");
    assert_eq!(world.actions(MACHINE).len(), 1);
}

#[test]
fn json_is_the_default_for_programs_and_excludes_other_forms() {
    let world = World::new();
    let details = format!("run getAgentDetails -c prod.json -p id={MACHINE}");
    let plain = world.call(&details).ends(0).stdout;
    assert_eq!(world.call(&format!("{details} --output json")).ends(0).stdout, plain);
    world.call(&format!("{details} --output table --json")).fails(2, "invalid-config");
}

#[test]
fn a_file_gets_the_result_whole_and_is_replaced_only_by_force() {
    let world = World::new();
    let isolate = format!("run isolateHost --yes -c prod.json -p comment=c -p id={MACHINE}");
    world.folder.write("out.json", "the only copy");
    for wrong in ["out.json", "nowhere/out.json", "."] {
        let ran = world.call(&format!("{isolate} --to {wrong}")).ends(2);
        assert!(ran.stdout.is_empty(), "{}", ran.stdout);
    }
    assert!(world.actions(MACHINE).is_empty(), "nothing was sent");
    assert_eq!(world.folder.read("out.json"), b"the only copy");
    let ran = world.call(&format!("{isolate} --to out.json --force")).ends(0);
    assert!(ran.stdout.is_empty() && ran.stderr.contains("written to out.json"), "{}", ran.stderr);
    let data: serde_json::Value = serde_json::from_slice(&world.folder.read("out.json")).unwrap();
    assert_eq!(data["machineId"], MACHINE);
    world.call("run getAgentList -c prod.json --json --to list.json").ends(0);
    let document: serde_json::Value =
        serde_json::from_slice(&world.folder.read("list.json")).unwrap();
    assert_eq!(document["status"], "ok");
    assert!(!world.folder.names().iter().any(|name| name.ends_with(".part")));
}

#[test]
fn of_many_machines_those_that_failed_are_in_the_table_too() {
    let world = World::new();
    let hosts = "-p hosts=[{\"computerDnsName\":\"ws-ops-014\"},{\"computerDnsName\":\"nobody\"}]";
    let ran = world
        .call(&format!("run isolateHost --yes -c prod.json -p comment=c {hosts} --output table"))
        .ends(1);
    let row = |name: &str| {
        ran.stdout.lines().find(|line| line.contains(name)).unwrap_or_default().to_owned()
    };
    assert!(row("ws-ops-014.example.test").contains("  ok  "), "{}", ran.stdout);
    assert!(
        row("nobody").contains("error") && row("nobody").contains("not-found"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stderr.contains("action-failed") && ran.stderr.matches("nobody").count() == 1,
        "its end is said once: {}",
        ran.stderr
    );
}

#[test]
fn a_script_s_output_is_text_in_a_table() {
    let world = World::new();
    let params = json!({ "id": MACHINE, "wait": {}, "parameters": { "scriptName": "triage.ps1" } })
        .to_string();
    let run =
        world.call("run runScript --yes -c prod.json --output table --params -").input(&params);
    assert_eq!(run.ends(0).stdout, "triage of ws-ops-014.example.test\nargs: \nok\n");
}

#[cfg(unix)]
#[test]
fn a_result_that_cannot_be_kept_does_not_steer_the_terminal() {
    let world = World::new();
    let isolate = "run isolateHost -c prod.json --params @params.json --to out.json --output";
    for form in ["json", "table", "csv"] {
        let params = json!({ "ids": [MACHINE], "ensure": true, "comment": "a\u{9b}2Jb\u{202e}c" })
            .to_string();
        world.folder.write("params.json", params);
        let call = world.call(&format!("{isolate} {form}"));
        let mut terminal = call.on_a_terminal();
        terminal.shows("[y/N] ");
        world.folder.write("out.json", "the only copy");
        terminal.types("y");
        let shown = terminal.ends(1);
        assert!(shown.contains("the result is on stdout instead"), "{shown}");
        // The terminal is read byte by byte.
        assert!(
            !shown.contains("\u{c2}\u{9b}") && !shown.contains("\u{e2}\u{80}\u{ae}"),
            "{form}: {shown:?}"
        );
        std::fs::remove_file(world.folder.path("out.json")).expect("a file");
    }
}

#[cfg(unix)]
#[test]
fn a_document_is_escaped_on_a_terminal_and_off_it() {
    let world = World::new();
    let comment = "a\u{9b}2Jb\u{202e}c\u{ad}d\u{3164}e\u{e0041}f";
    let escaped = r"a\u009b2Jb\u202ec\u00add\u3164e\udb40\udc41f";
    let isolate =
        format!("run isolateHost --yes -c prod.json -p id={MACHINE} -p comment={comment}");
    let shown = world.call(&format!("{isolate} --json")).on_a_terminal().ends(0);
    assert!(shown.contains(escaped), "{shown:?}");
    let list = format!("run getActions -c prod.json -p machineId={MACHINE}");
    for form in ["--json", "--output json"] {
        let ran = world.call(&format!("{list} {form}")).ends(0);
        assert!(ran.stdout.contains(escaped), "{form}: {}", ran.stdout);
        assert!(ran.json().to_string().contains(comment), "{form}: {}", ran.stdout);
    }
    // A table shows them too.
    let columns = "--output table --columns requestorComment";
    let shown = world.call(&format!("{list} {columns}")).on_a_terminal().ends(0);
    assert!(shown.contains(r"c\u{ad}d\u{3164}e\u{e0041}f"), "{shown:?}");
}
