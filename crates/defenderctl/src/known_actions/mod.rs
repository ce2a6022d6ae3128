//! What the command line knows of actions by their names, the verbs among it. No other code of it
//! has one: all else is asked of the descriptor.

mod make;
mod others;
mod row;
mod verbs;

use others::WITHOUT_VERB;
pub(crate) use row::{Argument, Hosts, Isolation, Kind, Row, Special, Subject, Waits};
pub(crate) use verbs::VERBS;

/// Tests the connector, and says who it is.
pub(crate) const TEST: &str = "testConnector";
/// Reads one machine.
pub(crate) const MACHINE: &str = "getAgentDetails";
/// Lists machines.
pub(crate) const MACHINES: &str = "getAgentList";
/// Says which machines are isolated.
pub(crate) const ISOLATION: &str = "getIsolationState";
/// Lists the users who were seen on a machine.
pub(crate) const MACHINE_USERS: &str = "getAgentUsers";
/// Lists the machines that have a file.
pub(crate) const MACHINES_WITH_FILE: &str = "getFileMachines";
/// Lists the jobs.
pub(crate) const JOBS: &str = "getActions";
/// Makes one indicator.
pub(crate) const INDICATOR: &str = "submitIndicator";
/// Lists the indicators.
pub(crate) const INDICATORS: &str = "getIndicators";
/// Lists the files of the library.
const LIBRARY_FILES: &str = "getLibraryFiles";

/// What the demo does.
#[cfg(feature = "demo")]
pub(crate) mod demo {
    pub(crate) const ISOLATE: &str = "isolateHost";
    pub(crate) const ISOLATE_DRY: &str = "isolateHost (dryRun)";
    pub(crate) const ISOLATE_ENSURED: &str = "isolateHost (ensure)";
    pub(crate) const RELEASE: &str = "releaseHost";
    pub(crate) const RUN_SCRIPT: &str = "runScript";
    pub(crate) const GET_FILE: &str = "getFile";
}

/// The row of an action.
pub(crate) fn row(action: &str) -> Option<&'static Row> {
    rows().find(|row| row.action == action)
}

/// All rows, those with a verb first.
pub(crate) fn rows() -> impl Iterator<Item = &'static Row> {
    VERBS.iter().chain(WITHOUT_VERB)
}
