//! What the command line knows of actions by their names, because the contract has no place for it yet.

use host_harness::{Action, Effect};

/// Changes that hold for the whole tenant: what machines may run or reach, and what runs on them. The contract calls them `change`,
/// as it does a note in a record, until it has an effect of its own for them.
const TENANT_WIDE: [&str; 6] = [
    "submitIndicator",
    "importIndicators",
    "deleteIndicator",
    "deleteIndicators",
    "uploadLibraryFile",
    "deleteLibraryFile",
];

/// Actions that yield a file, which `download` fetches, and the action that fetches it again by the machine action's ID where a job has
/// to be started first.
const FILES: [(&str, Option<&str>); 5] = [
    ("collectInvestigationPackage", Some("getPackageLink")),
    ("getFile", Some("getActionResults")),
    ("runScript", Some("getActionResults")),
    ("getActionResults", None),
    ("getPackageLink", None),
];

/// Why an action needs a confirmation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Reach {
    /// It interrupts the work on a machine, or ends its protection.
    Disruptive,
    /// It holds for the whole tenant.
    TenantWide,
}

impl Reach {
    /// Why this action needs a confirmation; `None` if it does not.
    pub(crate) fn of(action: &Action) -> Option<Self> {
        match action.effect {
            Effect::Disrupt => Some(Self::Disruptive),
            Effect::Change if TENANT_WIDE.contains(&action.name.as_str()) => Some(Self::TenantWide),
            Effect::Change | Effect::Read => None,
        }
    }
}

/// How the file of an action is had.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct FileSource {
    /// The action to `download` once the machine action has succeeded, if one has to be started.
    pub(crate) fetched_by: Option<&'static str>,
}

impl FileSource {
    /// How this action's file is fetched; `None` if it yields no file.
    pub(crate) fn of(action: &str) -> Option<Self> {
        FILES.iter().find(|(name, _)| *name == action).map(|(_, fetched_by)| Self { fetched_by: *fetched_by })
    }
}
