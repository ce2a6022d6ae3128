//! What is on this machine: the settings file, its secrets, the component, and whether the two fit.

use std::fs;
use std::path::Path;
use std::time::Instant;

use host_harness::egress::{Egress, InjectionPoints};
use host_harness::{Host, Limits, Origin};
use serde_json::Value;

use super::check::{Check, Log, Status};
use crate::args::{PluginArgs, SettingsArgs};
use crate::failure::Failure;
use crate::session::{Grants, Session, host_with};
use crate::settings::{self, HostSettings, Settings};
use crate::style::clean_line;

/// Reads the settings and every secret that they refer to.
pub(super) fn settings(
    log: &mut Log<'_>,
    given: &SettingsArgs,
) -> Result<Option<Settings>, Failure> {
    let begun = Instant::now();
    let settings = match Settings::load(given, log.output()) {
        Ok(settings) => settings,
        Err(failure) => {
            log.add(
                refused(
                    "settings",
                    &failure,
                    "Correct the settings file; `docs/configuration.md` has a table of its keys.",
                )
                .since(begun),
            )?;
            log.skip(&["secret-files"], "not checked: the settings cannot be used")?;
            return Ok(None);
        }
    };
    let read = format!("{} and its secrets are read", settings.path.display());
    log.add(Check::new("settings", Status::Passed, read).since(begun))?;
    let begun = Instant::now();
    let files = settings::secret_files(&settings)?;
    let open: Vec<String> = files
        .iter()
        .filter(|file| file.open_to_others)
        .map(|file| file.path.display().to_string())
        .collect();
    let check = match (files.len(), open.as_slice()) {
        (0, _) => Check::new("secret-files", Status::Passed, "no file holds a secret"),
        (all, []) => Check::new(
            "secret-files",
            Status::Passed,
            format!("{all} with secrets, for their owner alone"),
        ),
        (_, open) => Check::new(
            "secret-files",
            Status::Warning,
            format!("others may read {}", open.join(", ")),
        )
        .remedy(vec![format!("Run `chmod 600 {}`.", open.join(" "))]),
    };
    log.add(check.since(begun))?;
    Ok(Some(settings))
}

/// Loads the component.
pub(super) async fn component(
    log: &mut Log<'_>,
    plugin: &PluginArgs,
    settings: Option<&Settings>,
) -> Result<Option<Host>, Failure> {
    let begun = Instant::now();
    let kept = || plugin.cache().map(|folder| fs::read_dir(folder).map_or(0, Iterator::count));
    let before = kept();
    let loaded = match host_with(
        plugin,
        settings.map_or_else(Limits::default, Settings::limits),
        settings.map_or(&HostSettings::default(), |settings| &settings.host),
    ) {
        Ok(host) => host
            .connector("doctor")
            .describe()
            .await
            .map(|reported| (host, reported))
            .map_err(Failure::from),
        Err(failure) => Err(failure),
    };
    let (host, reported) = match loaded {
        Ok(loaded) => loaded,
        Err(failure) => {
            let remedy = "Take a component of this version: `defenderctl component export -o PATH` writes the embedded one.";
            log.add(refused("component", &failure, remedy).since(begun))?;
            return Ok(None);
        }
    };
    let name = format!("{} {}", reported.id, reported.version);
    let check = match (before, kept()) {
        (None, _) => Check::new("component", Status::Passed, format!("{name}, compiled anew")),
        (_, Some(0)) => Check::new(
            "component",
            Status::Warning,
            format!("{name}, compiled anew: nothing can be kept"),
        )
        .remedy(vec![
            "Name a folder that is this user's and that nobody else may write to: `--cache DIR`."
                .to_owned(),
        ]),
        (before, after) => {
            let how = if before < after {
                "compiled, and kept for the next time"
            } else {
                "compiled before"
            };
            Check::new("component", Status::Passed, format!("{name}, {how}"))
        }
    };
    log.add(check.since(begun))?;
    Ok(Some(host))
}

/// Has the connector check the settings, and lends it the network that they allow.
pub(super) async fn configure(
    log: &mut Log<'_>,
    host: &Host,
    settings: &Settings,
    id: &str,
    plugin: &PluginArgs,
) -> Result<Option<Session>, Failure> {
    let begun = Instant::now();
    // Origins that the allow-list leaves out have a check of their own.
    let granted = |origins: &[Origin]| Grants::by(settings, plugin, origins);
    let specimen = settings.secrets.specimen();
    let config = without_retries(&settings.config);
    let host = host.with_injection(settings.injection(plugin.is_embedded()));
    let check = match Session::configure(&host, id, &config, &specimen, granted).await {
        Ok(session) => {
            let credentials = match session.connector.injection_points() {
                Some(points) => injected(&points),
                None if plugin.is_embedded() => String::new(),
                None => "; the plugin gets the credentials themselves".to_owned(),
            };
            let name = &session.configured.name;
            let detail = format!("the connector takes the settings of {name:?}{credentials}");
            log.add(Check::new("configure", Status::Passed, detail).since(begun))?;
            return Ok(Some(session));
        }
        Err(failure) => refused(
            "configure",
            &failure,
            "Correct what is named; `docs/configuration.md` has a table of the keys.",
        ),
    };
    log.add(check.since(begun))?;
    Ok(None)
}

/// Where the host puts in the credentials of a component that does not get them.
fn injected(points: &InjectionPoints) -> String {
    let at = |what: &str, origins: Vec<String>| {
        (!origins.is_empty()).then(|| format!("{what} at {}", origins.join(", ")))
    };
    let places = [at("secrets", points.sign_in_origins()), at("tokens", points.api_origins())];
    let places: Vec<String> = places.into_iter().flatten().collect();
    let put_in = match places.as_slice() {
        [] => "nowhere".to_owned(),
        places => places.join(", "),
    };
    format!("; its credentials stay with the host, which puts them in: {put_in}")
}

/// The environment variables that decide how the service is reached, if any do.
pub(super) fn environment(log: &mut Log<'_>, egress: &Egress) -> Result<(), Failure> {
    let variables = egress.environment();
    if variables.is_empty() {
        return Ok(());
    }
    let shown: Vec<String> =
        variables.iter().map(|(name, value)| format!("{name} is {}", clean_line(value))).collect();
    let shown = shown.join("; ");
    let is_open = |(name, path): &&(&str, String)| {
        name.starts_with("SSL_CERT_") && settings::open_to_change(Path::new(path))
    };
    let open: Vec<String> =
        variables.iter().filter(is_open).map(|(_, path)| clean_line(path)).collect();
    log.add(if open.is_empty() {
        Check::new("environment", Status::Passed, shown)
    } else {
        let detail = format!("{shown}; others can change {}", open.join(", "));
        Check::new("environment", Status::Warning, detail).remedy(vec![
            "A user who can write to certificate authorities, or owns them, can read what goes \
             through TLS: keep them as yours or root's, without `w` for others (`chmod go-w`)."
                .to_owned(),
        ])
    })
}

/// The same settings for a connector that does not try again: a failure is shown at once.
fn without_retries(config: &str) -> String {
    let Ok(Value::Object(mut config)) = serde_json::from_str(config) else {
        return config.to_owned();
    };
    if let Value::Object(limits) =
        config.entry("limits").or_insert_with(|| Value::Object(serde_json::Map::new()))
    {
        limits.insert("maxRetries".to_owned(), Value::from(0));
    }
    Value::Object(config).to_string()
}

/// A failure as a check, with its problems in the detail.
fn refused(name: &str, failure: &Failure, remedy: &str) -> Check {
    let error = failure.error();
    let problems: Vec<Value> = error
        .details
        .as_deref()
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    let problem =
        |row: &Value| Some(format!("{} {}", row["pointer"].as_str()?, row["problem"].as_str()?));
    let reported: Vec<String> = problems
        .iter()
        .filter_map(problem)
        .filter(|problem| !error.message.contains(problem))
        .collect();
    let message = error.message.trim_end_matches('.');
    let detail = if reported.is_empty() {
        message.to_owned()
    } else {
        format!("{message}: {}", reported.join("; "))
    };
    Check::new(name, Status::Failed, detail).remedy(vec![remedy.to_owned()])
}
