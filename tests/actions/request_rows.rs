//! The families' rows of the request table.

use defender_stub::demo::{
    ALERT, CVE, DOMAIN, FILE_SHA1, FILE_SHA256, INCIDENT, INDICATOR, INVESTIGATION, IP, LINUX,
    SOFTWARE, USER,
};
use serde_json::{Value, json};

use crate::actions::requests::Row;
use crate::world::MACHINE;

const RECOMMENDATION: &str = "va-_-contoso-_-reader";
const TASK: &str = "03942ef5-aecb-4c6e-b555-d6a97013844c";
const LIST: &str = "$count=true&$top=20";

/// Actions whose parameters depend on the stub's time; `families::moments_are_sent_bare` covers
/// them.
pub(crate) const TIMED: [&str; 2] = ["findAgentsByIp", "exportVulnerabilityChanges"];

pub(crate) fn indicator(value: &str, kind: &str) -> Value {
    json!({
        "indicatorValue": value, "indicatorType": kind, "action": "Block", "title": "t",
        "description": "d"
    })
}

/// Reads: parameters, path, query.
pub(crate) fn reads() -> Vec<(&'static str, Value, String, &'static str)> {
    let id = |id: &str| json!({ "id": id });
    let machine = |end: &str| format!("/api/machines/{MACHINE}/{end}");
    let alert = |end: &str| format!("/api/alerts/{ALERT}/{end}");
    let file = |end: &str| format!("/api/files/{FILE_SHA1}{end}");
    let software = |end: &str| format!("/api/software/{SOFTWARE}{end}");
    let recommendation = |end: &str| format!("/api/recommendations/{RECOMMENDATION}{end}");
    let export = |end: &str| format!("/api/machines/{end}");
    let sized = "pageSize=10000";
    vec![
        (
            "findAgentsByTag",
            json!({ "tag": "pilot" }),
            "/api/machines/findbytag".into(),
            "tag=pilot",
        ),
        ("getAgentUsers", id(MACHINE), machine("logonusers"), ""),
        ("getAgentAlerts", id(MACHINE), machine("alerts"), ""),
        ("getAgentSoftware", id(MACHINE), machine("software"), ""),
        ("getAgentVulnerabilities", id(MACHINE), machine("vulnerabilities"), ""),
        ("getAgentRecommendations", id(MACHINE), machine("recommendations"), ""),
        ("getAgentMissingUpdates", id(MACHINE), machine("getmissingkbs"), ""),
        (
            "getAlerts",
            json!({ "expand": "evidence" }),
            "/api/alerts".into(),
            "$count=true&$top=20&$expand=evidence",
        ),
        ("getAlert", id(ALERT), format!("/api/alerts/{ALERT}"), ""),
        ("getAlertDomains", id(ALERT), alert("domains"), ""),
        ("getAlertFiles", id(ALERT), alert("files"), ""),
        ("getAlertIps", id(ALERT), alert("ips"), ""),
        ("getAlertMachine", id(ALERT), alert("machine"), ""),
        ("getAlertUser", id(ALERT), alert("user"), ""),
        ("getIncidents", json!({}), "/v1.0/security/incidents".into(), LIST),
        (
            "getIncident",
            json!({ "id": INCIDENT, "expand": "alerts" }),
            format!("/v1.0/security/incidents/{INCIDENT}"),
            "$expand=alerts",
        ),
        ("getIndicators", json!({}), "/api/indicators".into(), LIST),
        ("getFileInfo", json!({ "hash": FILE_SHA256 }), format!("/api/files/{FILE_SHA256}"), ""),
        (
            "getFileStatistics",
            json!({ "hash": FILE_SHA1, "lookBackHours": 48 }),
            file("/stats"),
            "lookBackHours=48",
        ),
        ("getFileAlerts", json!({ "sha1": FILE_SHA1 }), file("/alerts"), ""),
        ("getFileMachines", json!({ "sha1": FILE_SHA1 }), file("/machines"), ""),
        ("getIpAlerts", json!({ "ip": IP }), format!("/api/ips/{IP}/alerts"), ""),
        ("getIpStatistics", json!({ "ip": IP }), format!("/api/ips/{IP}/stats"), ""),
        (
            "getDomainAlerts",
            json!({ "domain": DOMAIN }),
            format!("/api/domains/{DOMAIN}/alerts"),
            "",
        ),
        (
            "getDomainMachines",
            json!({ "domain": DOMAIN }),
            format!("/api/domains/{DOMAIN}/machines"),
            "",
        ),
        (
            "getDomainStatistics",
            json!({ "domain": DOMAIN }),
            format!("/api/domains/{DOMAIN}/stats"),
            "",
        ),
        ("getUserAlerts", json!({ "user": USER }), format!("/api/users/{USER}/alerts"), ""),
        ("getUserMachines", json!({ "user": USER }), format!("/api/users/{USER}/machines"), ""),
        ("getSoftwareList", json!({}), "/api/software".into(), LIST),
        ("getSoftware", id(SOFTWARE), software(""), ""),
        ("getSoftwareVersions", id(SOFTWARE), software("/distributions"), ""),
        ("getSoftwareMachines", id(SOFTWARE), software("/machineReferences"), ""),
        ("getSoftwareVulnerabilities", id(SOFTWARE), software("/vulnerabilities"), ""),
        ("getSoftwareMissingUpdates", id(SOFTWARE), software("/getmissingkbs"), ""),
        ("getVulnerabilities", json!({}), "/api/vulnerabilities".into(), LIST),
        ("getVulnerability", id(CVE), format!("/api/vulnerabilities/{CVE}"), ""),
        (
            "getVulnerabilityMachines",
            id(CVE),
            format!("/api/vulnerabilities/{CVE}/machineReferences"),
            "",
        ),
        (
            "getVulnerabilityFindings",
            json!({}),
            "/api/vulnerabilities/machinesVulnerabilities".into(),
            LIST,
        ),
        ("getRecommendations", json!({}), "/api/recommendations".into(), LIST),
        ("getRecommendation", id(RECOMMENDATION), recommendation(""), ""),
        ("getRecommendationSoftware", id(RECOMMENDATION), recommendation("/software"), ""),
        ("getRecommendationMachines", id(RECOMMENDATION), recommendation("/machineReferences"), ""),
        (
            "getRecommendationVulnerabilities",
            id(RECOMMENDATION),
            recommendation("/vulnerabilities"),
            "",
        ),
        ("getExposureScore", json!({}), "/api/exposureScore".into(), ""),
        ("getExposureScoreByGroup", json!({}), "/api/exposureScore/ByMachineGroups".into(), ""),
        ("getConfigurationScore", json!({}), "/api/configurationScore".into(), ""),
        ("getRemediationTasks", json!({}), "/api/remediationtasks".into(), LIST),
        ("getRemediationTask", id(TASK), format!("/api/remediationtasks/{TASK}"), ""),
        (
            "getRemediationTaskMachines",
            id(TASK),
            format!("/api/remediationtasks/{TASK}/machinereferences"),
            "",
        ),
        (
            "exportConfigurationAssessment",
            json!({}),
            export("SecureConfigurationsAssessmentByMachine"),
            sized,
        ),
        ("exportSoftwareInventory", json!({}), export("SoftwareInventoryByMachine"), sized),
        (
            "exportSoftwareVulnerabilities",
            json!({}),
            export("SoftwareVulnerabilitiesByMachine"),
            sized,
        ),
        (
            "getConfigurationAssessmentFiles",
            json!({}),
            export("SecureConfigurationsAssessmentExport"),
            "",
        ),
        ("getSoftwareInventoryFiles", json!({}), export("SoftwareInventoryExport"), ""),
        (
            "getSoftwareVulnerabilityFiles",
            json!({ "sasValidHours": 2 }),
            export("SoftwareVulnerabilitiesExport"),
            "sasValidHours=2",
        ),
        ("getInvestigations", json!({}), "/api/investigations".into(), LIST),
        ("getInvestigation", id(INVESTIGATION), format!("/api/investigations/{INVESTIGATION}"), ""),
    ]
}

/// Requests with a body, and deletions: parameters, method and path, body.
fn changes() -> Vec<(&'static str, Value, String, Value)> {
    let machine = |end: &str| format!("POST /api/machines/{MACHINE}/{end}");
    let tag = json!({ "id": MACHINE, "tag": "t" });
    let update = json!({ "status": "Resolved", "classification": "FalsePositive", "comment": "c" });
    let with = |name: &str, value: Value| {
        let mut update = update.clone();
        update[name] = value;
        update
    };
    let alert = json!({
        "machineId": MACHINE, "severity": "Low", "title": "t", "description": "d",
        "recommendedAction": "r",
        "eventTime": "2026-03-01T08:44:05.1234567Z", "reportId": "20776", "category": "Exploit",
    });
    let two = [indicator("a.example", "DomainName"), indicator("198.51.100.7", "IpAddress")];
    vec![
        ("addTag", tag.clone(), machine("tags"), json!({ "Value": "t", "Action": "Add" })),
        ("removeTag", tag, machine("tags"), json!({ "Value": "t", "Action": "Remove" })),
        (
            "setTags",
            json!({ "ids": [MACHINE, LINUX], "tag": "t", "action": "Add" }),
            "POST /api/machines/AddOrRemoveTagForMultipleMachines".into(),
            json!({ "Value": "t", "Action": "Add", "MachineIds": [MACHINE, LINUX] }),
        ),
        (
            "setDeviceValue",
            json!({ "id": MACHINE, "deviceValue": "High" }),
            machine("setDeviceValue"),
            json!({ "DeviceValue": "High" }),
        ),
        (
            "updateAlert",
            with("id", json!(ALERT)),
            format!("PATCH /api/alerts/{ALERT}"),
            update.clone(),
        ),
        (
            "updateAlerts",
            with("alertIds", json!([ALERT])),
            "POST /api/alerts/batchUpdate".into(),
            with("alertIds", json!([ALERT])),
        ),
        ("createAlert", alert.clone(), "POST /api/alerts/CreateAlertByReference".into(), alert),
        ("submitIndicator", two[0].clone(), "POST /api/indicators".into(), two[0].clone()),
        (
            "importIndicators",
            json!({ "indicators": two }),
            "POST /api/indicators/import".into(),
            json!({ "Indicators": two }),
        ),
        (
            "deleteIndicator",
            json!({ "id": INDICATOR }),
            format!("DELETE /api/indicators/{INDICATOR}"),
            Value::Null,
        ),
        (
            "deleteIndicators",
            json!({ "ids": [INDICATOR] }),
            "POST /api/indicators/BatchDelete".into(),
            json!({ "IndicatorIds": [INDICATOR] }),
        ),
        (
            "runHuntingQuery",
            json!({ "query": "DeviceInfo | take 1", "timespan": "P7D" }),
            "POST /v1.0/security/runHuntingQuery".into(),
            json!({ "Query": "DeviceInfo | take 1", "Timespan": "P7D" }),
        ),
        (
            "runAdvancedQuery",
            json!({ "query": "DeviceInfo | take 1" }),
            "POST /api/advancedqueries/run".into(),
            json!({ "Query": "DeviceInfo | take 1" }),
        ),
    ]
}

/// The families' part of the request table.
pub(crate) fn rows() -> impl Iterator<Item = Row> {
    let read =
        |(action, params, path, query)| (action, params, format!("GET {path}"), query, Value::Null);
    let change = |(action, params, line, body)| (action, params, line, "", body);
    reads().into_iter().map(read).chain(changes().into_iter().map(change))
}
