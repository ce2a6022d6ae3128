//! Lists that are cut off say so, in every form, and are no success unless the user set the limit.

use serde_json::{Value, json};

use crate::world::World;

const LIST: &str = "run getAgentList -c prod.json";
const CUT: &str = "the list is cut off: 20 of ";

/// More machines than a page has.
fn fleet() -> World {
    World::with(json!({ "fleet": 30 }))
}

#[test]
fn a_page_that_nobody_asked_for_is_cut_off_and_says_so_in_every_form() {
    let world = fleet();
    for form in ["--json", "--output json", "--output table", ""] {
        let ran = world.call(&format!("{LIST} {form}")).ends(1);
        assert!(
            ran.stderr.contains(CUT) && ran.stderr.contains("-p all=true"),
            "{form}: {}",
            ran.stderr
        );
        assert!(!ran.stdout.is_empty(), "{form}");
        world.call(&format!("{LIST} {form} --allow-partial")).ends(0);
    }
    let document = world.call(&format!("{LIST} --json")).ends(1).json();
    assert!(document["data"]["total"].as_u64() > Some(30), "{document}");
    world.call(&format!("{LIST} --json -p all=true")).succeeds();
}

#[test]
fn a_verb_that_is_cut_off_names_the_flag_that_it_takes() {
    let world = fleet();
    let ran = world.call("machines -c prod.json").ends(1);
    for part in [CUT, "`--all` lists all of them"] {
        assert!(ran.stderr.contains(part), "{}", ran.stderr);
    }
    assert!(!ran.stderr.contains("-p "), "{}", ran.stderr);
    world.call("machines --all -c prod.json").ends(0);
}

#[test]
fn a_limit_that_the_user_set_is_noted_and_is_no_failure() {
    let world = fleet();
    for limit in ["-p pageSize=5", "-p page=2 -p pageSize=20", "-p all=true -p maxItems=5"] {
        for form in ["--json", "--output csv"] {
            let ran = world.call(&format!("{LIST} {form} {limit}")).ends(0);
            assert!(ran.stderr.contains("there are more: "), "{limit} {form}: {}", ran.stderr);
        }
    }
}

#[test]
fn csv_and_files_have_the_whole_list_unless_a_page_is_asked_for() {
    let world = fleet();
    let whole = world.call(&format!("{LIST} --json -p all=true")).succeeds();
    let count = whole["data"]["value"].as_array().map(Vec::len).expect("a list");
    assert!(count > 30, "{count}");
    let csv = world.call(&format!("{LIST} --output csv")).ends(0).stdout;
    assert_eq!(csv.lines().count(), count + 1);
    for (form, file) in
        [("--output csv", "list.csv"), ("", "list.json"), ("--json", "document.json")]
    {
        let ran = world.call(&format!("{LIST} {form} --to {file}")).ends(0);
        assert!(!ran.stderr.contains("cut off"), "{}", ran.stderr);
    }
    assert_eq!(world.folder.read("list.csv"), csv.as_bytes());
    let list: Value = serde_json::from_slice(&world.folder.read("list.json")).expect("JSON");
    assert_eq!(list["value"].as_array().map(Vec::len), Some(count));
    let page = world.call(&format!("{LIST} --output csv -p pageSize=7")).ends(0).stdout;
    assert_eq!(page.lines().count(), 8);
}

#[test]
fn what_the_service_itself_cuts_off_is_cut_off_in_a_file_too() {
    let body =
        json!({ "value": [{ "id": "a" }], "@odata.nextLink": "https://api.example.test/more" })
            .to_string();
    let headers = json!([["Content-Type", "application/json"]]);
    let fault = json!({ "status": { "status": 200, "headers": headers, "body": body } });
    let world = World::with(json!({ "faults": [
        { "on": "GET /api/machines/{id}/alerts", "times": 99, "kind": fault },
    ]}));
    let alerts = "run getAgentAlerts -c prod.json -p id=9a3f0c51be7724d06e1188f2c4d53aa07be61d92 --output csv";
    let ran = world.call(&format!("{alerts} --to alerts.csv")).ends(1);
    assert!(ran.stderr.contains("the list is cut off: 1 of an unknown number"), "{}", ran.stderr);
    assert_eq!(world.folder.read("alerts.csv"), b"id\r\na\r\n");
    world.call(&format!("{alerts} --allow-partial")).ends(0);
}
