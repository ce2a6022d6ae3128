//! What a responder at a terminal needs to know before the answer: whose machines these are, and
//! whether they are isolated; and what a name that finds nothing means.

use serde_json::json;

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
