//! Each answer checked at once by the connector itself, which gets no network for it.

use host_harness::{CallError, Connector, Limits};
use serde_json::Value;

use super::answers::Fields;
use crate::args::PluginArgs;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::session::host;
use crate::settings::HostSettings;

/// What stands in place of the secret, which is asked for last: it has the form.
const SPECIMEN: &str = r#"{"clientSecret":"specimen"}"#;

/// A connector that checks settings.
pub(super) struct Checker {
    connector: Connector,
    clouds: Vec<String>,
}

impl Checker {
    /// Loads the component.
    pub(super) async fn load(plugin: &PluginArgs) -> Result<Self, Failure> {
        let _progress = Progress::of("loading the component");
        let connector =
            host(plugin, Limits::default(), &HostSettings::default())?.connector("init");
        let descriptor = connector.describe().await?;
        let schema: Value = serde_json::from_str(&descriptor.config_schema).unwrap_or_default();
        let cloud = &schema["properties"]["cloud"];
        let listed = cloud.pointer("/anyOf/0/enum").unwrap_or(&cloud["enum"]);
        let clouds = listed.as_array().into_iter().flatten();
        let clouds = clouds.filter_map(Value::as_str).map(str::to_owned).collect();
        Ok(Self { connector, clouds })
    }

    /// The clouds that the connector knows.
    pub(super) fn clouds(&self) -> &[String] {
        &self.clouds
    }

    /// What is wrong with one more member, if something is. What is missing yet does not count.
    ///
    /// # Errors
    /// If the connector ended.
    pub(super) async fn problem(
        &self,
        fields: &Fields,
        key: &str,
        value: &str,
    ) -> Result<Option<String>, Failure> {
        let error = match self.connector.configure(&fields.with(key, value), SPECIMEN).await {
            Ok(_) => return Ok(None),
            Err(CallError::Plugin(error)) => error,
            Err(error) => return Err(error.into()),
        };
        let problems: Vec<Value> = error
            .details
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default();
        let pointer = format!("/config/{key}");
        let of_it = |row: &&Value| row["pointer"] == pointer.as_str();
        Ok(problems.iter().find(of_it).and_then(|row| row["problem"].as_str()).map(str::to_owned))
    }
}
