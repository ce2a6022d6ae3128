//! What is kept of a call beside its journal: enough to go on with it from another process, and no
//! secret.

use std::io;
use std::path::{Path, PathBuf, absolute};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::plan::Plan;
use crate::args::PluginArgs;
use crate::machines::Names;
use crate::render::ResultArgs;
use crate::session::Session;

/// The version that is written. A newer one is refused.
const VERSION: u32 = 1;

/// A call that changes something: what it is, whose, and what the caller wanted to see of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Record {
    version: u32,
    /// Joins it with its lines in the audit file.
    pub(crate) call_id: String,
    /// The action, and how it will go.
    pub(crate) plan: Plan,
    pub(crate) connector: Connector,
    /// The settings file.
    pub(crate) settings: PathBuf,
    /// The component, if it is not the embedded one.
    pub(crate) plugin: PluginArgs,
    /// The audit file.
    pub(crate) audit: Option<PathBuf>,
    /// Whether the audit file has how it ended.
    pub(crate) audited: bool,
    /// When it began (RFC 3339).
    pub(crate) began: String,
    /// When its result was shown: nothing is left to be done.
    pub(crate) ended: Option<String>,
    pub(crate) shown: Shown,
    /// Targets that had a job before anything was sent, by their places.
    pub(crate) found: Vec<usize>,
    /// What machines are called that the parameters name by their identifiers.
    pub(crate) names: Names,
}

/// The connector that the call was made with.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Connector {
    pub(crate) name: String,
    /// The profile of its settings.
    pub(crate) profile: Option<String>,
    pub(crate) tenant_id: Option<String>,
}

/// What the caller wanted to see.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Shown {
    /// One JSON document.
    pub(crate) json: bool,
    /// Nothing on the way.
    pub(crate) quiet: bool,
    pub(crate) result: Wanted,
}

/// What is to come of the call.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Wanted {
    /// Its result.
    Result(ResultArgs),
    /// The file that it yields.
    File {
        path: PathBuf,
        /// Whether one that is there already is replaced.
        force: bool,
        /// What `wait` was given as: JSON.
        wait: String,
    },
}

impl Record {
    /// A call that begins now.
    ///
    /// # Errors
    ///
    /// A path cannot be made absolute.
    pub(crate) fn new(
        call_id: &str,
        session: &Session,
        plan: &Plan,
        (plugin, audit): (&PluginArgs, Option<&Path>),
        shown: Shown,
    ) -> io::Result<Self> {
        let config: serde_json::Value = serde_json::from_str(&session.config).unwrap_or_default();
        Ok(Self {
            version: VERSION,
            call_id: call_id.to_owned(),
            plan: plan.clone(),
            connector: Connector {
                name: session.connector.id().to_owned(),
                profile: session.profile.clone(),
                tenant_id: config["tenantId"].as_str().map(str::to_owned),
            },
            settings: absolute(&session.path)?,
            plugin: plugin.absolute()?,
            audit: audit.map(absolute).transpose()?,
            audited: false,
            began: now(),
            ended: None,
            shown: Shown { result: shown.result.absolute()?, ..shown },
            found: Vec::new(),
            names: Names::default(),
        })
    }

    /// Whether this program can go on with it.
    pub(crate) fn is_known(&self) -> bool {
        self.version == VERSION
    }
}

/// Now, to the second. The clock's year has four digits: it can be written.
pub(super) fn now() -> String {
    let now = OffsetDateTime::now_utc();
    now.replace_nanosecond(0).unwrap_or(now).format(&Rfc3339).unwrap_or_default()
}

impl Wanted {
    fn absolute(self) -> io::Result<Self> {
        Ok(match self {
            Self::Result(result) => Self::Result(result.absolute()?),
            Self::File { path, force, wait } => Self::File { path: absolute(path)?, force, wait },
        })
    }
}
