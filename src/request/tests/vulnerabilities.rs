//! What the actions of vulnerability management send.

use serde_json::json;

use super::families::sends;
use super::{filter, target};
use crate::transport::Method::Get;

const NONE: serde_json::Value = serde_json::Value::Null;

#[test]
fn vulnerability_management() {
    let list = "?$count=true&$top=20";
    for (action, target) in [
        ("getSoftwareList", format!("/api/software{list}")),
        ("getVulnerabilities", format!("/api/vulnerabilities{list}")),
        ("getVulnerabilityFindings", format!("/api/vulnerabilities/machinesVulnerabilities{list}")),
        ("getRecommendations", format!("/api/recommendations{list}")),
        ("getRemediationTasks", format!("/api/remediationtasks{list}")),
        ("getExposureScore", "/api/exposureScore".into()),
        ("getExposureScoreByGroup", "/api/exposureScore/ByMachineGroups".into()),
        ("getConfigurationScore", "/api/configurationScore".into()),
    ] {
        sends(action, json!({}), Get, &target, NONE);
    }
    for (action, target) in [
        ("getSoftware", "/api/software/a-_-b"),
        ("getSoftwareVersions", "/api/software/a-_-b/distributions"),
        ("getSoftwareMachines", "/api/software/a-_-b/machineReferences"),
        ("getSoftwareVulnerabilities", "/api/software/a-_-b/vulnerabilities"),
        ("getSoftwareMissingUpdates", "/api/software/a-_-b/getmissingkbs"),
        ("getVulnerability", "/api/vulnerabilities/a-_-b"),
        ("getVulnerabilityMachines", "/api/vulnerabilities/a-_-b/machineReferences"),
        ("getRecommendation", "/api/recommendations/a-_-b"),
        ("getRecommendationSoftware", "/api/recommendations/a-_-b/software"),
        ("getRecommendationMachines", "/api/recommendations/a-_-b/machineReferences"),
        ("getRecommendationVulnerabilities", "/api/recommendations/a-_-b/vulnerabilities"),
        ("getRemediationTask", "/api/remediationtasks/a-_-b"),
        ("getRemediationTaskMachines", "/api/remediationtasks/a-_-b/machinereferences"),
    ] {
        sends(action, json!({ "id": "a-_-b" }), Get, target, NONE);
    }
    let scores = json!({
        "cvssV3": { "ge": 7.5, "lt": 10 }, "publishedOn": { "gt": "2026-03-01T00:00:00Z" }
    });
    assert_eq!(
        filter("getVulnerabilities", scores),
        "cvssV3 ge 7.5 and cvssV3 lt 10 and publishedOn gt 2026-03-01T00:00:00Z"
    );
    assert_eq!(filter("getVulnerabilities", json!({ "cvssV3": 9.8 })), "cvssV3 eq 9.8");
}

#[test]
fn exports() {
    for (action, end) in [
        ("exportConfigurationAssessment", "SecureConfigurationsAssessmentByMachine"),
        ("exportSoftwareInventory", "SoftwareInventoryByMachine"),
        ("exportSoftwareVulnerabilities", "SoftwareVulnerabilitiesByMachine"),
    ] {
        sends(action, json!({}), Get, &format!("/api/machines/{end}?pageSize=10000"), NONE);
        let second = json!({ "pageSize": 5, "cursor": "ab+/=&" });
        let query = "?pageSize=5&$skiptoken=ab%2B/%3D%26";
        sends(action, second, Get, &format!("/api/machines/{end}{query}"), NONE);
    }
    assert_eq!(
        target("exportVulnerabilityChanges", json!({ "sinceTime": "2026-03-01T08:44:05Z" })),
        "/api/machines/SoftwareVulnerabilityChangesByMachine?sinceTime=2026-03-01T08:44:05Z&pageSize=10000"
    );
    for (action, end) in [
        ("getConfigurationAssessmentFiles", "SecureConfigurationsAssessmentExport"),
        ("getSoftwareInventoryFiles", "SoftwareInventoryExport"),
        ("getSoftwareVulnerabilityFiles", "SoftwareVulnerabilitiesExport"),
    ] {
        sends(action, json!({}), Get, &format!("/api/machines/{end}"), NONE);
        let hours = json!({ "sasValidHours": 2 });
        sends(action, hours, Get, &format!("/api/machines/{end}?sasValidHours=2"), NONE);
    }
}
