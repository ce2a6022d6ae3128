//! The scenario format: its types, its JSON Schema and its page in `docs` agree.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use defender_stub::{FaultKind, Scenario};
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::world::golden::golden;

const PAGE: &str = "docs/scenarios.md";

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn validator() -> Validator {
    jsonschema::draft202012::new(&Scenario::schema()).unwrap()
}

/// What the types say of a scenario, which must be what the schema says.
fn verdict(scenario: &Value) -> Result<(), String> {
    let read = serde_json::from_value::<Scenario>(scenario.clone())
        .map(drop)
        .map_err(|error| error.to_string());
    let valid = validator().validate(scenario).map_err(|error| error.to_string());
    assert_eq!(
        read.is_ok(),
        valid.is_ok(),
        "{scenario}\nby the types: {read:?}\nby the schema: {valid:?}"
    );
    read
}

/// A scenario with this fault.
fn with_fault(fault: &Value) -> Value {
    json!({ "faults": [fault] })
}

fn toml(text: &str) -> Value {
    toml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The rows of all tables: the name in the first cell, and the others.
fn rows(page: &str) -> Vec<(&str, Vec<&str>)> {
    page.lines()
        .filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |"))
        .filter_map(|line| line.split_once("` | "))
        .map(|(name, rest)| (name, rest.split(" | ").collect()))
        .collect()
}

fn code(cell: &str) -> Option<&str> {
    cell.strip_prefix('`')?.strip_suffix('`')
}

#[test]
fn the_schema_is_the_golden_file() {
    golden("docs/scenario.schema.json", None, &format!("{:#}\n", Scenario::schema()));
    assert_eq!(Scenario::schema()["$schema"], "https://json-schema.org/draft/2020-12/schema");
}

#[test]
fn every_example_of_the_page_is_a_scenario() {
    let page = read(PAGE);
    let mut blocks = 0;
    for block in page.split("\n```").skip(1).step_by(2) {
        let (language, text) = block.split_once('\n').unwrap();
        let scenario = match language {
            "toml" => toml(text),
            "json" => serde_json::from_str(text).unwrap(),
            _ => continue,
        };
        verdict(&scenario).unwrap();
        blocks += 1;
    }
    assert_eq!(blocks, 3);
    let mut examples = 0;
    for (name, cells) in rows(&page) {
        let Some(example) =
            cells.last().and_then(|cell| code(cell)).filter(|text| text.contains(" = "))
        else {
            continue;
        };
        let mut scenario = toml(example);
        if let Some(kind) = scenario.get("kind") {
            assert!(kind == name || kind.get(name).is_some(), "{name}: {example}");
            scenario = with_fault(&json!({ "on": "*", "kind": kind }));
        } else {
            assert!(scenario.get(name).is_some(), "{name}: {example}");
        }
        verdict(&scenario).unwrap_or_else(|problem| panic!("{example}: {problem}"));
        examples += 1;
    }
    let members = Scenario::schema()["properties"].as_object().unwrap().len();
    assert_eq!(examples, members + FaultKind::NAMES.len(), "each has an example");
}

#[test]
fn the_page_has_every_member_and_its_default() {
    let page = read(PAGE);
    let rows = rows(&page);
    let schema = Scenario::schema();
    let fault = &schema["$defs"]["Fault"]["properties"];
    for (name, member) in
        schema["properties"].as_object().unwrap().iter().chain(fault.as_object().unwrap())
    {
        let (_, cells) = rows
            .iter()
            .find(|row| row.0 == name)
            .unwrap_or_else(|| panic!("{name} is not on the page"));
        let (Some(written), Some(default)) = (code(cells[1]), member.get("default")) else {
            continue;
        };
        assert_eq!(serde_json::from_str::<Value>(written).unwrap(), *default, "{name}");
    }
    for name in FaultKind::NAMES {
        assert!(rows.iter().any(|row| row.0 == *name), "{name} is not on the page");
    }
    // What is inside the members is listed without a row of its own.
    let words: BTreeSet<&str> =
        page.split(|character: char| !character.is_ascii_alphanumeric()).collect();
    for of in [
        "FederatedCredential",
        "Grant",
        "TokenRules",
        "Outcome",
        "EndsAs",
        "ListCap",
        "Linked",
        "Records",
    ] {
        for name in schema["$defs"][of]["properties"].as_object().unwrap().keys() {
            assert!(words.contains(name.as_str()), "{of}: {name}");
        }
    }
}

#[test]
fn names_of_kinds_are_those_that_the_schema_has() {
    let schema = Scenario::schema();
    let kinds = schema["$defs"]["FaultKind"]["oneOf"].as_array().unwrap();
    let names: BTreeSet<&str> = kinds
        .iter()
        .flat_map(|kind| match kind.get("const").or(kind.get("enum")) {
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            Some(name) => vec![name.as_str().unwrap()],
            None => kind["properties"]
                .as_object()
                .unwrap()
                .keys()
                .map(String::as_str)
                .collect::<Vec<_>>(),
        })
        .collect();
    assert_eq!(names, FaultKind::NAMES.iter().copied().collect());
}

#[test]
fn scenarios_of_the_tests_are_valid() {
    let mut found = 0;
    for entry in
        fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance")).unwrap()
    {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let cases: Vec<Value> =
                serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            for scenario in cases.iter().filter_map(|case| case.get("scenario")) {
                verdict(scenario).unwrap();
                found += 1;
            }
        }
    }
    assert!(found > 10, "{found}");
}

#[test]
fn what_is_unknown_or_of_another_type_is_refused_by_both() {
    let refused = [
        json!({ "pendingSecond": 1 }),
        json!({ "pendingSeconds": "1" }),
        json!({ "roles": "Machine.Read.All" }),
        json!({ "fleet": -1 }),
        json!({ "nextLink": "lost" }),
        json!({ "token": { "lifetime": 1 } }),
        json!({ "machines": [{ "id": "a", "name": "b" }] }),
        json!({ "outcomes": [{ "type": "Isolate" }] }),
        json!({ "grants": [{ "afterTokens": 1 }] }),
        json!({ "commentRewrites": ["shorten"] }),
        json!({ "commentRewrites": [{ "cut": {} }] }),
        with_fault(&json!({ "on": "*" })),
        with_fault(&json!({ "kind": "gzip" })),
        with_fault(&json!({ "on": "*", "kind": "earthquake" })),
        with_fault(&json!({ "on": "*", "kind": "empty" })),
        with_fault(&json!({ "on": "*", "kind": { "empty": { "status": "503" } } })),
        with_fault(&json!({ "on": "*", "kind": { "empty": { "status": 503, "body": "" } } })),
        with_fault(&json!({ "on": "*", "kind": { "empty": { "status": 503 }, "gzip": {} } })),
        with_fault(&json!({ "on": "*", "kind": "gzip", "count": 2 })),
    ];
    for scenario in refused {
        assert!(verdict(&scenario).is_err(), "{scenario}");
    }
    verdict(&json!({})).unwrap();
}
