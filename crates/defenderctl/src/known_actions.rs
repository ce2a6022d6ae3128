//! What the command line knows of actions by their names. No other file of it has one: all else is
//! asked of the descriptor.

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

const INDICATORS: &str = "getIndicators";
const LIBRARY_FILES: &str = "getLibraryFiles";

/// What the demo does.
pub(crate) mod demo {
    pub(crate) const ISOLATE: &str = "isolateHost";
    pub(crate) const ISOLATE_DRY: &str = "isolateHost (dryRun)";
    pub(crate) const ISOLATE_ENSURED: &str = "isolateHost (ensure)";
    pub(crate) const RELEASE: &str = "releaseHost";
    pub(crate) const RUN_SCRIPT: &str = "runScript";
    pub(crate) const GET_FILE: &str = "getFile";
}

/// What a change for the whole tenant is about, so that it can be shown before it is made.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Subject {
    /// The indicator that the parameters describe.
    NewIndicator,
    /// The indicators that they list.
    NewIndicators,
    /// Indicators that the service has, by their IDs.
    StoredIndicators,
    /// The file that they hold, by its name.
    NewFile,
    /// A file that the service has, by its name.
    StoredFile,
}

/// What a change for the whole tenant is about, and the action that lists what the service has of
/// that.
pub(crate) fn tenant_wide(action: &str) -> Option<(Subject, Option<&'static str>)> {
    Some(match action {
        "submitIndicator" => (Subject::NewIndicator, None),
        "importIndicators" => (Subject::NewIndicators, None),
        "deleteIndicator" | "deleteIndicators" => (Subject::StoredIndicators, Some(INDICATORS)),
        "uploadLibraryFile" => (Subject::NewFile, Some(LIBRARY_FILES)),
        "deleteLibraryFile" => (Subject::StoredFile, Some(LIBRARY_FILES)),
        _ => return None,
    })
}

/// Whether an action wants the machine's name typed: only the machine's administrator can undo it.
pub(crate) fn wants_name(action: &str) -> bool {
    action == "offboardHost"
}

/// What an action does to machines, as a verb that takes them as its object.
pub(crate) fn verb(action: &str) -> Option<&'static str> {
    Some(match action {
        "isolateHost" => "Isolate",
        "releaseHost" => "Release",
        "offboardHost" => "Offboard",
        _ => return None,
    })
}
