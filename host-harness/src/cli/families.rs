//! The families of the catalogue's actions, for tables that a person reads.

/// A family: its name, and its actions in the catalogue's order.
struct Family(&'static str, &'static [&'static str]);

/// Where an action goes that no family has: one of another component.
const OTHER: &str = "Other";

const FAMILIES: &[Family] = &[
    Family("Connector", &["testConnector"]),
    Family(
        "Machines",
        &[
            "getAgentDetails",
            "getAgentList",
            "findAgentsByIp",
            "findAgentsByTag",
            "resolveHost",
            "getAgentUsers",
            "getAgentAlerts",
            "getAgentSoftware",
            "getAgentVulnerabilities",
            "getAgentRecommendations",
            "getAgentMissingUpdates",
        ],
    ),
    Family("Machine records", &["addTag", "removeTag", "setTags", "setDeviceValue"]),
    Family(
        "Response",
        &[
            "isolateHost",
            "releaseHost",
            "restrictAppExecution",
            "unrestrictAppExecution",
            "runAntivirusScan",
            "stopAndQuarantineFile",
            "collectInvestigationPackage",
            "offboardHost",
        ],
    ),
    Family("Machine actions", &["getActions", "getAction", "waitForAction", "cancelAction", "getPackageLink"]),
    Family("Investigations", &["startInvestigation", "getInvestigations", "getInvestigation"]),
    Family("Live response", &["runLiveResponse", "runScript", "putFile", "getFile", "getActionResults"]),
    Family("Library", &["getLibraryFiles", "uploadLibraryFile", "deleteLibraryFile"]),
    Family(
        "Alerts",
        &[
            "getAlerts",
            "getAlert",
            "updateAlert",
            "updateAlerts",
            "createAlert",
            "getAlertDomains",
            "getAlertFiles",
            "getAlertIps",
            "getAlertMachine",
            "getAlertUser",
        ],
    ),
    Family(
        "Indicators",
        &["getIndicators", "submitIndicator", "importIndicators", "deleteIndicator", "deleteIndicators"],
    ),
    Family("Files", &["getFileInfo", "getFileStatistics", "getFileAlerts", "getFileMachines"]),
    Family(
        "Network",
        &["getIpAlerts", "getIpStatistics", "getDomainAlerts", "getDomainMachines", "getDomainStatistics"],
    ),
    Family("Users", &["getUserAlerts", "getUserMachines"]),
    Family(
        "Software",
        &[
            "getSoftwareList",
            "getSoftware",
            "getSoftwareVersions",
            "getSoftwareMachines",
            "getSoftwareVulnerabilities",
            "getSoftwareMissingUpdates",
        ],
    ),
    Family(
        "Vulnerabilities",
        &["getVulnerabilities", "getVulnerability", "getVulnerabilityMachines", "getVulnerabilityFindings"],
    ),
    Family(
        "Recommendations",
        &[
            "getRecommendations",
            "getRecommendation",
            "getRecommendationSoftware",
            "getRecommendationMachines",
            "getRecommendationVulnerabilities",
        ],
    ),
    Family(
        "Scores and remediation",
        &[
            "getExposureScore",
            "getExposureScoreByGroup",
            "getConfigurationScore",
            "getRemediationTasks",
            "getRemediationTask",
            "getRemediationTaskMachines",
        ],
    ),
    Family(
        "Exports",
        &[
            "exportConfigurationAssessment",
            "exportSoftwareInventory",
            "exportSoftwareVulnerabilities",
            "exportVulnerabilityChanges",
            "getConfigurationAssessmentFiles",
            "getSoftwareInventoryFiles",
            "getSoftwareVulnerabilityFiles",
        ],
    ),
    Family("Hunting", &["runHuntingQuery", "runAdvancedQuery"]),
];

/// The family of an action.
pub(crate) fn of(action: &str) -> &'static str {
    FAMILIES.iter().find(|Family(_, actions)| actions.contains(&action)).map_or(OTHER, |Family(name, _)| name)
}

/// The names of the families, in the order in which a person would read them.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    FAMILIES.iter().map(|Family(name, _)| *name).chain([OTHER])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use host_harness::Harness;

    use super::*;

    #[tokio::test]
    async fn every_action_has_one_family_and_no_family_has_another_action() {
        let harness = Harness::builder().build().expect("a harness");
        let descriptor = harness.connector("families").describe().await.expect("a catalogue");
        let actions: BTreeSet<&str> = descriptor.actions.iter().map(|action| action.name.as_str()).collect();
        let filed: Vec<&str> = FAMILIES.iter().flat_map(|Family(_, actions)| *actions).copied().collect();
        assert_eq!(filed.iter().copied().collect::<BTreeSet<_>>(), actions);
        assert_eq!(filed.len(), actions.len(), "one is in two families");
        assert_eq!(of("quarantine"), OTHER);
    }
}
