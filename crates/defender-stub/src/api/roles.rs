//! The application roles that routes ask for, and the permissions that a person needs for them.

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
pub(super) const INCIDENT_READ: Roles =
    &[&["SecurityIncident.Read.All", "SecurityIncident.ReadWrite.All"]];

const MACHINE_READERS: &[&str] = &["Machine.Read.All", "Machine.ReadWrite.All"];

/// The permissions in a person's token, where their names differ from an application's. So the
/// pages of the operations have them; of a remediation task most print `RemediationTask.Read.Read`.
const OF_PERSONS: &[(&str, &str)] = &[
    ("AdvancedQuery.Read.All", "AdvancedQuery.Read"),
    ("Alert.Read.All", "Alert.Read"),
    ("Alert.ReadWrite.All", "Alert.ReadWrite"),
    ("Machine.Read.All", "Machine.Read"),
    ("Machine.ReadWrite.All", "Machine.ReadWrite"),
    ("RemediationTasks.Read.All", "RemediationTask.Read"),
    ("Score.Read.All", "Score.Read"),
    ("SecurityRecommendation.Read.All", "SecurityRecommendation.Read"),
    ("Software.Read.All", "Software.Read"),
    ("Ti.ReadWrite.All", "Ti.ReadWrite"),
    ("Vulnerability.Read.All", "Vulnerability.Read"),
];

/// The operations for which a person needs other permissions than an application, likewise.
const OTHERS: &[(&str, &str)] = &[
    ("/getPackageUri", "Machine.CollectForensics"),
    ("/GetLiveResponseResultDownloadLink(index={index})", "Machine.LiveResponse"),
    ("/StopAndQuarantineFile", "Machine.StopAndQuarantine"),
];

/// What a person's token needs for a route: one of each inner list.
pub(super) fn of_persons(path: &str, roles: Roles) -> Vec<Vec<&'static str>> {
    if let Some((_, permission)) = OTHERS.iter().find(|(end, _)| path.ends_with(end)) {
        return vec![vec![permission]];
    }
    let name = |role: &&'static str| {
        OF_PERSONS.iter().find(|(other, _)| other == role).map_or(*role, |(_, persons)| *persons)
    };
    roles.iter().map(|any_of| any_of.iter().map(name).collect()).collect()
}
