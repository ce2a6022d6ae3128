//! What to do about an error of the host.

use host_harness::{DownloadLimit, HostError, TimeLimit};

/// What to do about an error that must not happen.
pub(crate) const DEFECT: &str =
    "this is a defect and not your mistake: report it with the text above";

/// What to do next; nothing where the message says it.
pub(crate) fn of_host(error: &HostError) -> Option<&'static str> {
    Some(match error {
        HostError::Credentials { .. } => {
            "`host.injectCredentials` names where the host puts them in; `false` gives them to the component"
        }
        HostError::OutOfTime { limit: TimeLimit::Call, .. } => {
            "`host.limits.callTime` gives a call more time"
        }
        HostError::OutOfTime { limit: TimeLimit::Compute, .. } => {
            "`host.limits.computeTime` gives the component more time"
        }
        HostError::OutOfMemory { .. } => "`host.limits.memory` gives the component more memory",
        HostError::SlowDownload { limit: DownloadLimit::Time(_), .. } => {
            "`host.limits.downloadTime` gives a download more time"
        }
        HostError::SlowDownload { .. } => "`host.limits.downloadRate` allows a slower download",
        HostError::Compile(_)
        | HostError::TooCostly(_)
        | HostError::NotAPlugin(_)
        | HostError::NotExported { .. } => {
            "name a component of this version with --plugin, or leave it out: the embedded one is used then"
        }
        HostError::Engine(_) | HostError::Compiler(_) => {
            "`defenderctl doctor` checks what the component needs of this computer"
        }
        HostError::InvalidSetting(_) | HostError::Gone => return None,
        _ => DEFECT,
    })
}
