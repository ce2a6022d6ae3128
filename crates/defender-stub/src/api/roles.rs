//! The application roles that routes ask for.

/// One role of each inner list is required.
pub(crate) type Roles = &'static [&'static [&'static str]];

pub(super) const MACHINE_READ: Roles = &[MACHINE_READERS];
pub(super) const MACHINE_WRITE: Roles = &[&["Machine.ReadWrite.All"]];
pub(super) const OFFBOARD: Roles = &[&["Machine.Offboard"]];
pub(super) const ISOLATE: Roles = &[&["Machine.Isolate"]];
pub(super) const RESTRICT: Roles = &[&["Machine.RestrictExecution"]];
pub(super) const SCAN: Roles = &[&["Machine.Scan"]];
/// Two roles at once: quarantining also reads the device.
pub(super) const QUARANTINE: Roles = &[&["Machine.StopAndQuarantine"], MACHINE_READERS];
pub(super) const COLLECT: Roles = &[&["Machine.CollectForensics"]];
pub(super) const LIVE_RESPONSE: Roles = &[&["Machine.LiveResponse"]];
/// Cancelling needs the role of any action type.
pub(super) const ANY_ACTION: Roles = &[&[
    "Machine.CollectForensics",
    "Machine.Isolate",
    "Machine.RestrictExecution",
    "Machine.Scan",
    "Machine.Offboard",
    "Machine.StopAndQuarantine",
    "Machine.LiveResponse",
]];
pub(super) const LIBRARY: Roles = &[&["Library.Manage"]];

pub(super) const ALERT_READ: Roles = &[&["Alert.Read.All", "Alert.ReadWrite.All"]];
pub(super) const ALERT_WRITE: Roles = &[&["Alert.ReadWrite.All"]];
/// With `Ti.ReadWrite` alone an application sees only what it submitted itself.
pub(super) const INDICATORS: Roles = &[&["Ti.ReadWrite", "Ti.ReadWrite.All"]];
pub(super) const USER_READ: Roles = &[&["User.Read.All"]];
pub(super) const FILE_READ: Roles = &[&["File.Read.All"]];
pub(super) const IP_READ: Roles = &[&["Ip.Read.All"]];
pub(super) const URL_READ: Roles = &[&["URL.Read.All"]];

pub(super) const SOFTWARE_READ: Roles = &[&["Software.Read.All"]];
pub(super) const VULNERABILITY_READ: Roles = &[&["Vulnerability.Read.All"]];
pub(super) const RECOMMENDATION_READ: Roles = &[&["SecurityRecommendation.Read.All"]];
pub(super) const SCORE_READ: Roles = &[&["Score.Read.All"]];
pub(super) const REMEDIATION_READ: Roles = &[&["RemediationTasks.Read.All"]];

pub(super) const HUNT: Roles = &[&["AdvancedQuery.Read.All"]];
pub(super) const HUNT_AT_GRAPH: Roles = &[&["ThreatHunting.Read.All"]];

const MACHINE_READERS: &[&str] = &["Machine.Read.All", "Machine.ReadWrite.All"];
