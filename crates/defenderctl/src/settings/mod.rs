//! The settings file: `config` and `secrets` go to the connector as they are, `host` is for the
//! sandbox around it.
//!
//! Every problem is found before anything runs, and each is reported with its JSON Pointer. A value
//! that could be a secret in the wrong place is never repeated in a message.

mod egress;
mod file;
mod files;
mod guard;
mod host;
mod inject;
mod limits;
mod profile;
mod reference;
mod secret;
mod section;
mod tls;
mod units;
mod wanted;

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use host_harness::egress::LogFile;
use host_harness::{Injection, Limits};
use serde_json::Value;

pub(crate) use egress::{egress, idle_custom_hosts, with_key};
pub(crate) use files::secret_files;
pub(crate) use guard::open_to_change;
pub(crate) use host::HostSettings;
pub(crate) use profile::names as profiles;
pub(crate) use reference::secret_problem;
pub(crate) use secret::{Secrets, without_secrets};

use super::args::SettingsArgs;
use super::failure::Failure;
use super::json::{Document, list};
use super::output::Output;
use guard::Owner;
use inject::InjectCredentials;
use section::Section;
use wanted::Wanted;

/// What a settings file holds.
pub(crate) struct Settings {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// The profile that was taken of it.
    pub(crate) profile: Option<String>,
    /// The connector's settings, as JSON text.
    pub(crate) config: String,
    /// The connector's secrets; wiped when dropped.
    pub(crate) secrets: Secrets,
    /// The sandbox's settings.
    pub(crate) host: HostSettings,
    /// The log of what is allowed and refused.
    pub(crate) egress_log: Option<Arc<LogFile>>,
    /// What the connector's own limits call for.
    pub(crate) wanted: Wanted,
}

/// One thing wrong with the settings.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Where, as a JSON Pointer (RFC 6901).
    pointer: String,
    /// What, without the value.
    problem: String,
}

impl Settings {
    /// Reads a settings file and every secret it refers to. This may take as long as a command that
    /// prints a token.
    ///
    /// # Errors
    /// If a file cannot be read, others can write to it, or anything in it is wrong.
    pub(crate) fn load(given: &SettingsArgs, output: &Output) -> Result<Self, Failure> {
        let path = &given.path()?;
        let owner = match given.config {
            Some(_) => Owner::Anyone,
            None => Owner::UserOrRootUnlessNamed,
        };
        let (document, profile) = profile::of(path, given.profile.as_deref(), owner)?;
        let mut problems = Vec::new();
        let folder = path.parent().unwrap_or_else(|| Path::new("."));
        let settings = Self::from_document(document, folder, &mut problems);
        let Some((settings, literal_secrets)) = settings.filter(|_| problems.is_empty()) else {
            return Err(refusal(
                &format!("the settings in {} are wrong", path.display()),
                &problems,
            )
            .about(path.display().to_string()));
        };
        if literal_secrets && file::others_may_read(path) {
            output.warning(&format!(
                "{} holds secrets and others may read it; run `chmod 600` on it, or refer to the secrets by \
                 {{env = \"NAME\"}} or {{file = \"PATH\"}}",
                path.display()
            ));
        }
        for host in settings.host.unverified() {
            output.warning(&format!(
                "certificates of {host} are not verified: verificationMode is `none`"
            ));
        }
        let log = given.egress_log.as_ref().or(settings.host.egress_log.as_ref());
        let egress_log = log.map(|path| open_log(path)).transpose()?;
        Ok(Self { path: path.clone(), profile, egress_log, ..settings })
    }

    /// The settings in a document, and whether it holds secrets themselves rather than references.
    fn from_document(
        mut document: Value,
        folder: &Path,
        problems: &mut Vec<Problem>,
    ) -> Option<(Self, bool)> {
        let secrets = document.get_mut("secrets").map(Value::take).unwrap_or_default();
        let secrets = secret::Sources::read(secrets, problems);
        let literal = secrets.any_literal();
        let section = Section::open("", &document, &["config", "secrets", "host"], problems)?;
        let config = match section.value("config") {
            Some(Value::Object(config)) => Value::Object(config.clone()),
            Some(_) => {
                problems.push(Problem::new("/config", "is not a table (TOML) or object (JSON)"));
                Value::Object(serde_json::Map::new())
            }
            None => Value::Object(serde_json::Map::new()),
        };
        let (wanted, config) = (Wanted::of(&config), config.to_string());
        let host = HostSettings::read(&section, folder, problems);
        let secrets = secrets.resolve(folder, &|name| env::var_os(name), problems);
        let (path, profile, egress_log) = (PathBuf::new(), None, None);
        Some((Self { path, profile, config, secrets, host, egress_log, wanted }, literal))
    }
}

impl Settings {
    /// Where the host puts in the credentials of a component; `None` if the component gets them.
    pub(crate) fn injection(&self, is_embedded: bool) -> Option<Injection> {
        InjectCredentials::of(self.host.inject_credentials.as_ref(), is_embedded)
    }

    /// The sandbox's limits.
    pub(crate) fn limits(&self) -> Limits {
        let limits = self.host.limits;
        self.wanted.limits(limits.limits(), limits.call_time)
    }
}

impl Problem {
    fn new(pointer: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), problem: problem.into() }
    }
}

fn open_log(path: &Path) -> Result<Arc<LogFile>, Failure> {
    LogFile::open(path).map(Arc::new).map_err(|error| {
        Failure::settings(format!(
            "the egress log {} cannot be written: {error}; nothing was sent. --egress-log, \
             DEFENDERCTL_EGRESS_LOG or `host.egressLog` of the settings names it",
            path.display()
        ))
    })
}

fn refusal(message: &str, problems: &[Problem]) -> Failure {
    let details = problems.iter().map(|problem| {
        Document::new()
            .member("pointer", &problem.pointer)
            .member("problem", &problem.problem)
            .finish()
    });
    Failure::settings(message).details(list(details))
}

#[cfg(test)]
mod tests;
