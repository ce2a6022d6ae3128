//! Values checked by the connector itself, which gets no network for it.

use host_harness::{CallError, Limits};
use serde_json::{Map, Value};

use super::Field;
use crate::args::PluginArgs;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::session::host;

/// What stands in place of the secret: it has the form.
const SPECIMEN: &str = r#"{"clientSecret":"specimen"}"#;

/// Refuses what the connector would refuse, by its flag. What is missing is not wrong.
///
/// # Errors
///
/// A value is wrong, or the connector ended.
pub(super) async fn fields(plugin: &PluginArgs, fields: &[Field<'_>]) -> Result<(), Failure> {
    let given = fields.iter().filter_map(|(key, _, value)| Some((*key, Value::from((*value)?))));
    let config: Map<String, Value> = given.map(|(key, value)| (key.to_owned(), value)).collect();
    let _progress = Progress::of("loading the component");
    let connector = host(plugin, Limits::default())?.connector("init");
    let config = Value::Object(config).to_string();
    let error = match connector.configure(&config, SPECIMEN).await {
        Ok(_) => return Ok(()),
        Err(CallError::Plugin(error)) => error,
        Err(error) => return Err(error.into()),
    };
    let problems: Vec<Value> = error
        .details
        .as_deref()
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    let wrong = fields.iter().filter(|field| field.2.is_some()).find_map(|(key, flag, _)| {
        let pointer = format!("/config/{key}");
        let found = problems.iter().find(|row| row["pointer"] == pointer.as_str())?;
        Some(format!("{flag}: {key} {}", found["problem"].as_str().unwrap_or("is wrong")))
    });
    wrong.map_or(Ok(()), |problem| Err(Failure::settings(problem)))
}
