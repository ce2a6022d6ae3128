//! The table in `tests/conformance`, which the hosts in `examples` run too. Here the ledger shows
//! each request; there they are counted.

mod answers;
mod matching;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use host_harness::operation::NextStep;
use host_harness::{Connector, PluginError};
use serde_json::{Value, json};

use crate::world::{TestEnv, connector, plugin};
use answers::{configured_as, failed, gave, progressed, reported, result};
use matching::{filled_in, known, matches, or_empty};

/// The members that a step of any call may have.
const COMMON: [&str; 5] = ["waitMs", "sends", "gives", "fails", "keep"];

#[tokio::test(flavor = "multi_thread")]
async fn every_case_of_the_table_holds() {
    let mut cases = Vec::new();
    for entry in
        fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance")).unwrap()
    {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let text = fs::read_to_string(&path).unwrap();
            let file: Vec<Value> = serde_json::from_str(&text)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            cases.extend(file);
        }
    }
    assert!(cases.len() >= 20, "{} cases", cases.len());
    let mut problems = Vec::new();
    for case in &cases {
        if let Err(problem) = run(case).await {
            problems.push(format!("{}: {problem}", case["name"]));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

async fn run(case: &Value) -> Result<(), String> {
    known(case, &["name", "scenario", "config", "configured", "steps"])?;
    let scenario =
        serde_json::from_value(or_empty(&case["scenario"])).map_err(|error| error.to_string())?;
    let mut env = TestEnv::configured(scenario, or_empty(&case["config"])).await;
    if case["configured"] == json!(false) {
        env.connector = connector(&env.stub);
    }
    let mut kept = BTreeMap::new();
    for (index, step) in case["steps"].as_array().ok_or("no steps")?.iter().enumerate() {
        let step = filled_in(step, &kept);
        take(&mut env, &step, &or_empty(&case["config"]), &mut kept).await.map_err(|problem| {
            format!("step {index} ({} {}): {problem}", step["call"], step["action"])
        })?;
    }
    Ok(())
}

async fn take(
    env: &mut TestEnv,
    step: &Value,
    config: &Value,
    kept: &mut BTreeMap<String, Value>,
) -> Result<(), String> {
    tokio::time::sleep(Duration::from_millis(step["waitMs"].as_u64().unwrap_or_default())).await;
    env.service().clear_ledger();
    let answer = call(env, step, config).await?;
    let ledger = env.service().ledger();
    let sent: Vec<String> =
        ledger.iter().map(|entry| format!("{} {}", entry.method, entry.path)).collect();
    let patterns = step["sends"].as_array().ok_or("`sends` is missing")?;
    let fits = patterns.len() == ledger.len()
        && ledger
            .iter()
            .zip(patterns)
            .all(|(entry, pattern)| pattern.as_str().is_some_and(|pattern| entry.is(pattern)));
    if !fits {
        return Err(format!("sent {sent:#?} and not {patterns:#?}; the answer was {answer:?}"));
    }
    let (expected, found) = match (&answer, step.get("fails")) {
        (Ok(found), None) => (or_empty(&step["gives"]), found),
        (Err(found), Some(expected)) => (expected.clone(), found),
        (other, _) => return Err(format!("another end than expected: {other:?}")),
    };
    matches(&expected, found, "")
        .map_err(|problem| format!("{problem}; the answer was {found}"))?;
    for (name, pointer) in or_empty(&step["keep"]).as_object().into_iter().flatten() {
        let value = found
            .pointer(pointer.as_str().unwrap_or_default())
            .ok_or(format!("nothing at {pointer}"))?;
        kept.insert(format!("${name}"), value.clone());
    }
    Ok(())
}

/// Makes a step's call and returns its result or error, as JSON in the table's terms.
async fn call(
    env: &mut TestEnv,
    step: &Value,
    config: &Value,
) -> Result<Result<Value, Value>, String> {
    let action = step["action"].as_str().unwrap_or_default();
    let params = or_empty(&step["params"]).to_string();
    let arguments: &[&str] = match step["call"].as_str() {
        Some("execute" | "open" | "plan") => &["call", "action", "params"],
        Some("configure") => &["call", "config", "secrets"],
        Some("restore") => &["call", "snapshot"],
        Some("advance") => &["call", "checkpoints"],
        Some("recover") => &["call", "checkpoint"],
        Some("test" | "renew") => &["call"],
        other => return Err(format!("there is no call {other:?}")),
    };
    known(step, &[arguments, &COMMON].concat())?;
    let connector = &env.connector;
    let answer = match step["call"].as_str().unwrap_or_default() {
        "execute" => plugin(connector.execute(action, &params).await).map(|outcome| gave(&outcome)),
        "open" => read(connector, action, &params).await,
        "configure" => plugin(
            connector.configure(&step["config"].to_string(), &step["secrets"].to_string()).await,
        )
        .map(|configured| configured_as(&configured)),
        "restore" => plugin(connector.restore(step["snapshot"].as_str().unwrap_or_default()).await)
            .map(|()| json!({})),
        "plan" => {
            plugin(connector.plan(action, &params).await).map(|progress| progressed(&progress))
        }
        "advance" => {
            let checkpoints: Vec<String> = serde_json::from_value(step["checkpoints"].clone())
                .map_err(|error| error.to_string())?;
            // Only one can be of a step that sends.
            let next = if checkpoints.len() == 1 { NextStep::Send } else { NextStep::Look };
            let advanced =
                connector.advance(&checkpoints, next).await.map_err(|error| error.to_string())?;
            Ok(advanced
                .iter()
                .map(|one| result(one.as_ref().map_err(AsRef::as_ref), progressed))
                .collect())
        }
        "recover" => {
            plugin(connector.recover(step["checkpoint"].as_str().unwrap_or_default()).await)
                .map(|progress| progressed(&progress))
        }
        "test" => plugin(connector.test().await).map(|report| reported(&report)),
        _ => renewed(env, config).await,
    };
    Ok(answer.map_err(|error| failed(&error)))
}

/// A new instance with the case's settings and the previous instance's session.
async fn renewed(env: &mut TestEnv, settings: &Value) -> Result<Value, Box<PluginError>> {
    let snapshot = plugin(env.connector.save().await)?.unwrap_or_default();
    let mut config = env.stub.config();
    for (name, value) in settings.as_object().into_iter().flatten() {
        config[name] = value.clone();
    }
    env.connector = connector(&env.stub);
    plugin(env.connector.configure(&config.to_string(), &env.stub.secrets().to_string()).await)?;
    plugin(env.connector.restore(&snapshot).await)?;
    Ok(json!({}))
}

async fn read(
    connector: &Connector,
    action: &str,
    params: &str,
) -> Result<Value, Box<PluginError>> {
    let mut file = plugin(connector.open(action, params).await)?;
    let mut content = Vec::new();
    loop {
        let piece = plugin(file.read(64).await)?;
        if piece.is_empty() {
            break;
        }
        content.extend(piece);
    }
    Ok(json!({
        "name": plugin(file.name().await)?,
        "sha256": plugin(file.sha256().await)?,
        "json": serde_json::from_slice::<Value>(&content).ok(),
    }))
}
