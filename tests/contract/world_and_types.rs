//! The component: its imports, exports, size and description.

use defender_component::COMPONENT;
use defender_connector::actions::CATALOGUE;
use defender_connector::schema::{Kind, schema_text};
use defender_connector::{config, details};
use host_harness::CallError;
use serde_json::{Value, json};

use crate::world::{HOST, TestEnv, is, plugin};

/// Interface names without versions.
fn interfaces(names: Vec<String>) -> Vec<String> {
    let mut names: Vec<String> =
        names.iter().map(|name| name.split('@').next().unwrap_or_default().to_owned()).collect();
    names.sort();
    names
}

#[test]
fn it_imports_http_clocks_random_and_nothing_that_touches_the_host() {
    let expected = [
        "connector:plugin/types",
        "wasi:cli/stderr",
        "wasi:clocks/monotonic-clock",
        "wasi:clocks/wall-clock",
        "wasi:http/outgoing-handler",
        "wasi:http/types",
        "wasi:io/error",
        "wasi:io/poll",
        "wasi:io/streams",
        "wasi:random/random",
    ];
    assert_eq!(interfaces(HOST.imports()), expected);
}

#[test]
fn every_import_is_named_in_the_contract_in_this_version_or_a_later_one() {
    let world = include_str!("../../wit/world.wit");
    for import in HOST.imports().iter().filter(|import| import.starts_with("wasi:")) {
        let (interface, version) = import.split_once("@0.2.").unwrap();
        let (_, named) = world.split_once(&format!("`{interface}@0.2.")).expect(import);
        let (named, _) = named.split_once('`').unwrap();
        assert!(version.parse::<u32>().unwrap() <= named.parse().unwrap(), "{import}");
    }
    assert!(world.contains("must provide `wasi:http` before"));
}

#[test]
fn every_item_of_the_contract_is_documented() {
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/wit")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let mut documented = false;
        for line in text.lines().map(str::trim) {
            // An item from another interface is documented there.
            let needs_none = ["", "}"].contains(&line)
                || line.starts_with("use ")
                || line.starts_with("export ");
            if !needs_none && !line.starts_with("//") {
                assert!(documented, "{}: {line}", path.display());
            }
            documented = line.starts_with("///");
        }
    }
}

#[test]
fn it_exports_the_world() {
    let expected = [
        "connector:plugin/connector",
        "connector:plugin/downloads",
        "connector:plugin/operations",
        "connector:plugin/session",
        "connector:plugin/types",
    ];
    let exports: Vec<String> = interfaces(HOST.exports());
    let exports: Vec<&str> = exports
        .iter()
        .map(String::as_str)
        .filter(|name| *name != "connector:plugin/types")
        .collect();
    assert_eq!(exports, expected[..4]);
}

#[test]
fn it_stays_small() {
    assert!(COMPONENT.len() <= 534_528, "the component has {} bytes", COMPONENT.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn it_describes_itself_before_it_is_configured() {
    let connector = HOST.connector("describe");
    let descriptor = connector.describe().await.unwrap();
    assert_eq!(descriptor.id, "microsoft_defender_endpoint");
    assert_eq!(descriptor.version, env!("CARGO_PKG_VERSION"));
    for schema in
        [&descriptor.config_schema, &descriptor.secrets_schema, &descriptor.error_details_schema]
    {
        let schema: Value = serde_json::from_str(schema).unwrap();
        jsonschema::draft202012::meta::validate(&schema).unwrap();
        jsonschema::draft202012::new(&schema).unwrap();
    }
    for action in &descriptor.actions {
        for schema in [&action.params_schema, &action.result_schema] {
            let schema: Value = serde_json::from_str(schema).unwrap();
            jsonschema::draft202012::meta::validate(&schema)
                .unwrap_or_else(|error| panic!("{}: {error}", action.name));
        }
        assert!(action.docs.starts_with("https://learn.microsoft.com/"), "{}", action.name);
    }
    assert!(HOST.egress().allowed().is_empty(), "describe needs no grants");
}

/// The component reads what its build script wrote from the rows; here they are whole.
#[tokio::test(flavor = "multi_thread")]
async fn it_describes_its_rows() {
    let descriptor = HOST.connector("describe").describe().await.unwrap();
    assert_eq!(descriptor.config_schema, schema_text(&config::CONFIG));
    assert_eq!(descriptor.secrets_schema, schema_text(&config::SECRETS));
    assert_eq!(descriptor.error_details_schema, details::SCHEMA);
    assert_eq!(descriptor.actions.len(), CATALOGUE.len());
    for (described, row) in descriptor.actions.iter().zip(CATALOGUE) {
        assert_eq!(described.name, row.name);
        assert_eq!(described.title, row.title, "{}", row.name);
        assert_eq!(described.deprecated.as_deref(), row.deprecated, "{}", row.name);
        assert_eq!(described.summary, row.summary, "{}", row.name);
        assert_eq!(described.category, row.category, "{}", row.name);
        assert_eq!(described.docs, row.docs(), "{}", row.name);
        assert_eq!(described.params_schema, schema_text(&Kind::Object(row.params)));
        assert_eq!(described.result_schema, schema_text(row.result), "{}", row.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_works_before_it_is_configured() {
    let connector = HOST.connector("new");
    let errors = [
        plugin(connector.execute("getAgentList", "{}").await).map(drop),
        plugin(connector.test().await).map(drop),
        plugin(connector.open("getActionResults", r#"{"id":"a"}"#).await).map(drop),
        plugin(connector.restore("{}").await),
    ];
    for error in errors {
        is(&error.unwrap_err(), host_harness::ErrorKind::NotConfigured);
    }
    assert!(matches!(connector.save().await, Ok(None)));
}

#[tokio::test(flavor = "multi_thread")]
async fn data_conforms_to_the_result_schema() {
    let env = TestEnv::start().await;
    let descriptor = env.connector.describe().await.unwrap();
    for (action, params) in [
        ("getAgentDetails", json!({ "id": crate::world::MACHINE })),
        ("getAgentList", json!({})),
        ("getActions", json!({})),
        ("getLibraryFiles", json!({})),
        ("isolateHost", json!({ "id": crate::world::MACHINE, "comment": "c" })),
        ("testConnector", json!({})),
    ] {
        let row = descriptor.actions.iter().find(|row| row.name == action).unwrap();
        let schema =
            jsonschema::draft202012::new(&serde_json::from_str(&row.result_schema).unwrap())
                .unwrap();
        let data = env.data(action, params).await;
        if let Err(error) = schema.validate(&data) {
            panic!("{action}: {error}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_actions_are_named_with_what_was_meant() {
    let env = TestEnv::start().await;
    let error = env.error("isolatehost", json!({})).await;
    is(&error, host_harness::ErrorKind::UnknownAction);
    assert!(error.message.contains("isolateHost"));
    assert!(env.service().ledger().is_empty());
    let not_a_file = env.connector.open("getAgentList", "{}").await;
    assert!(matches!(
        not_a_file,
        Err(CallError::Plugin(error)) if error.kind == host_harness::ErrorKind::UnknownAction
    ));
}
