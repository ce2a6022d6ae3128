//! What a responder at a terminal needs to know before the answer: whose machines these are, and
//! whether they are isolated; and what a name that finds nothing means.

use serde_json::json;

use crate::run::shell;
use crate::world::{MACHINE, World};

const LINUX: &str = "311a000000000000000000000000000000000004";

#[test]
fn profile_and_tenant_are_in_the_first_and_in_the_last_line_of_the_question() {
    let world = World::new();
    let mut document = world.document(json!({}));
    document["profiles"] = json!({ "contoso": {} });
    world.folder.write("msp.json", document.to_string());
    let tenant = document["config"]["tenantId"].as_str().expect("text");
    let place = format!("contoso (tenant {tenant})");
    for command in ["isolate ws-ops-014 -m c", "offboard ws-ops-014 -m c", "block 203.0.113.9 -m c"]
    {
        let call = world.call(&format!("{command} -c msp.json --profile contoso"));
        let mut terminal = call.on_a_terminal();
        let shown = terminal.shows(&format!("{place}: "));
        let first = shown.find(&place).unwrap_or_else(|| panic!("{place} in {shown}"));
        let about = shown.find("isolateHost: ").or(shown.find("offboardHost: "));
        let about = about.or(shown.find("importIndicators: ")).expect("what will happen");
        assert!(first < about, "the place comes first: {shown}");
        terminal.ends_input();
        terminal.ends(1);
    }
    assert!(world.actions(MACHINE).is_empty());
}

#[test]
fn what_is_isolated_is_listed_and_is_in_the_question() {
    let world = World::new();
    let isolated =
        || world.call("isolated -c prod.json --json").succeeds()["data"]["value"].clone();
    assert_eq!(isolated(), json!([]));
    let shown = |command: &str| {
        let call = world.call(&format!("{command} -m INC-1 -c prod.json"));
        let mut terminal = call.on_a_terminal();
        let shown = terminal.shows("[y/N] ");
        terminal.ends_input();
        terminal.ends(1);
        shown
    };
    let nothing = "is not isolated: there is nothing to release";
    assert!(!shown("isolate ws-ops-014").contains("is isolated already"));
    assert!(shown("release ws-ops-014").contains(nothing));
    world.call("isolate ws-ops-014 -m INC-1 --yes -c prod.json").ends(0);
    let list = isolated();
    assert_eq!(list.as_array().map(Vec::len), Some(1), "{list}");
    assert_eq!((&list[0]["id"], &list[0]["isolated"]), (&json!(MACHINE), &json!("yes")));
    let again = shown("isolate ws-ops-014");
    assert!(again.contains("is isolated already, since 20"), "{again}");
    let release = shown("release ws-ops-014");
    assert!(release.contains("isolated    yes") && !release.contains(nothing), "{release}");
    assert!(!release.contains("already"), "{release}");
    assert!(shown(&format!("release {LINUX}")).contains(nothing));
}

#[test]
fn a_screen_shows_who_is_isolating_or_releasing_a_machine() {
    let world = World::with(json!({ "pendingSeconds": 3600.0 }));
    let shown = || {
        let program = env!("CARGO_BIN_EXE_defenderctl");
        let line = format!("stty rows 40 cols 80; exec {program} isolated -c prod.json");
        shell(&world.folder.path(""), &line).on_a_terminal().ends(0)
    };
    let nothing = shown();
    assert!(nothing.contains("no machine is isolated, as far as"), "{nothing}");
    let isolate = "isolate ws-ops-014 -m INC-1 --yes --no-wait --json -c prod.json";
    let job = world.call(isolate).succeeds()["job"]["id"].as_str().expect("an ID").to_owned();
    let list = shown();
    let row = list.lines().find(|line| line.contains("ws-ops-014")).unwrap_or_default();
    let words: Vec<&str> = row.split_whitespace().collect();
    assert_eq!((words[1], words.last()), ("isolating", Some(&&job[..8])), "{list}");
    assert!(list.contains("state") && !list.contains("[{"), "{list}");
    let data = world.call("isolated -c prod.json").ends(0).json();
    assert_eq!(data["value"][0]["pending"][0]["id"], job, "a program gets all of it: {data}");
}

#[test]
fn a_name_that_finds_nothing_is_answered_with_those_that_are_meant() {
    let world = World::new();
    for command in [
        "machines --name ws-ops-014",
        "run getAgentList -p computerDnsName=ws-ops-014",
        "machines --name ws-ops-015.example.test",
    ] {
        let ran = world.call(&format!("{command} -c prod.json")).ends(0);
        assert!(ran.stderr.contains("hint: the full name is needed"), "{}", ran.stderr);
        assert!(ran.stderr.contains("ws-ops-014.example.test"), "{}", ran.stderr);
    }
    let ran = world.call("machines --name printer -c prod.json").ends(0);
    assert!(ran.stderr.contains("`defenderctl machines` lists all"), "{}", ran.stderr);
    let ran = world.call("machines --name ws-ops-014.example.test -c prod.json").ends(0);
    assert!(!ran.stderr.contains("hint"), "{}", ran.stderr);
}

#[test]
fn a_name_that_was_copied_from_anywhere_finds_its_machine() {
    let world = World::new();
    world.folder.write("hosts.txt", "ws-ops-014\r\n");
    for name in [
        "ws-ops-014 ",
        "ws-ops-014.example.test.",
        "EXAMPLE\\ws-ops-014",
        "ws-ops-014$",
        "WS-OPS-014",
        "10.20.30.40",
    ] {
        let mut call = world.call("isolate -m c --dry-run --yes --json -c prod.json");
        call.command.arg(name);
        let document = call.succeeds();
        assert_eq!(document["data"]["target"]["id"], MACHINE, "{name}: {document}");
    }
    let listed = "isolate -f hosts.txt -m c --dry-run --yes --json -c prod.json";
    assert_eq!(world.call(listed).succeeds()["data"]["target"]["id"], MACHINE);
    // Two names in one are none, and what is near is shown.
    let ran = world.call("isolate ws-ops-14 -m c --dry-run --yes -c prod.json").ends(1);
    assert!(ran.stderr.contains("Similar names: ws-ops-014.example.test"), "{}", ran.stderr);
}

#[test]
fn a_look_up_that_is_refused_does_not_accuse_another_action() {
    let world = World::with(json!({ "roles": ["Machine.Isolate"] }));
    let ran = world.call("isolate ws-ops-014 -m c --yes -c prod.json").ends(1);
    for part in ["looking up the machine", "permission needed: Machine.Read.All", "config test"] {
        assert!(ran.stderr.contains(part), "{part} in {}", ran.stderr);
    }
    assert!(ran.stderr.contains("error: `isolateHost` was rejected at"), "{}", ran.stderr);
}

#[test]
fn words_of_a_list_are_taken_in_any_case() {
    let world = World::new();
    let block = "run submitIndicator -c prod.json --yes --json -p title=t -p description=d";
    let document = world
        .call(&format!("{block} -p indicatorValue=203.0.113.9 -p indicatorType=ip -p action=block"))
        .end();
    assert!(!document.stderr.contains("`action`"), "{}", document.stderr);
    let isolate =
        format!("run isolateHost -c prod.json --json -p dryRun=true -p comment=c -p id={MACHINE}");
    let document = world.call(&format!("{isolate} -p isolationType=selective")).succeeds();
    assert_eq!(document["data"]["request"]["body"]["IsolationType"], "Selective", "{document}");
    world.call("alerts --severity high --json -c prod.json").succeeds();
}

#[test]
fn a_reader_that_goes_away_is_no_failure_and_no_colour_is_no_colour() {
    let world = World::new();
    let binary = env!("CARGO_BIN_EXE_defenderctl");
    let line = format!("{binary} machines -c prod.json --all | head -1");
    let ran = shell(&world.folder.path(""), &line).ends(0);
    assert!(
        ran.stdout.lines().count() == 1 && !ran.stderr.contains("roken pipe"),
        "{}",
        ran.stderr
    );
    let colours = |value: &str| {
        let line =
            format!("NO_COLOR={value} script -qec '{binary} run nosuch -c prod.json' /dev/null");
        shell(&world.folder.path(""), &line).env("TERM", "xterm").end().stdout
    };
    let red = "\u{1b}[31merror:";
    assert!(colours("").contains(red) && !colours("1").contains(red));
}
