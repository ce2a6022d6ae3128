//! The families' rows of the request table, and what their answers come to in the stub's world.

use std::collections::BTreeSet;

use host_harness::stub::demo::{
    ALERT, CVE, DOMAIN, FILE_SHA1, FILE_SHA256, INDICATOR, INVESTIGATION, IP, LINUX, SOFTWARE, USER,
};
use host_harness::stub::{NextLink, Scenario};
use host_harness::{ErrorKind, Retry};
use serde_json::{Value, json};

use crate::requests::Row;
use crate::world::{MACHINE, World, details, is};

const RECOMMENDATION: &str = "va-_-contoso-_-reader";
const TASK: &str = "03942ef5-aecb-4c6e-b555-d6a97013844c";
const LIST: &str = "$count=true&$top=20";

/// Actions whose parameters hang on the world's time; see `moments_are_sent_bare`.
pub(crate) const TIMED: [&str; 2] = ["findAgentsByIp", "exportVulnerabilityChanges"];

fn indicator(value: &str, kind: &str) -> Value {
    json!({ "indicatorValue": value, "indicatorType": kind, "action": "Block", "title": "t", "description": "d" })
}

/// Reads: parameters, path, query.
fn reads() -> Vec<(&'static str, Value, String, &'static str)> {
    let id = |id: &str| json!({ "id": id });
    let machine = |end: &str| format!("/api/machines/{MACHINE}/{end}");
    let alert = |end: &str| format!("/api/alerts/{ALERT}/{end}");
    let file = |end: &str| format!("/api/files/{FILE_SHA1}{end}");
    let software = |end: &str| format!("/api/software/{SOFTWARE}{end}");
    let recommendation = |end: &str| format!("/api/recommendations/{RECOMMENDATION}{end}");
    let export = |end: &str| format!("/api/machines/{end}");
    let sized = "pageSize=10000";
    vec![
        ("findAgentsByTag", json!({ "tag": "pilot" }), "/api/machines/findbytag".into(), "tag=pilot"),
        ("getAgentUsers", id(MACHINE), machine("logonusers"), ""),
        ("getAgentAlerts", id(MACHINE), machine("alerts"), ""),
        ("getAgentSoftware", id(MACHINE), machine("software"), ""),
        ("getAgentVulnerabilities", id(MACHINE), machine("vulnerabilities"), ""),
        ("getAgentRecommendations", id(MACHINE), machine("recommendations"), ""),
        ("getAgentMissingUpdates", id(MACHINE), machine("getmissingkbs"), ""),
        ("getAlerts", json!({ "expand": "evidence" }), "/api/alerts".into(), "$count=true&$top=20&$expand=evidence"),
        ("getAlert", id(ALERT), format!("/api/alerts/{ALERT}"), ""),
        ("getAlertDomains", id(ALERT), alert("domains"), ""),
        ("getAlertFiles", id(ALERT), alert("files"), ""),
        ("getAlertIps", id(ALERT), alert("ips"), ""),
        ("getAlertMachine", id(ALERT), alert("machine"), ""),
        ("getAlertUser", id(ALERT), alert("user"), ""),
        ("getIndicators", json!({}), "/api/indicators".into(), LIST),
        ("getFileInfo", json!({ "hash": FILE_SHA256 }), format!("/api/files/{FILE_SHA256}"), ""),
        ("getFileStatistics", json!({ "hash": FILE_SHA1, "lookBackHours": 48 }), file("/stats"), "lookBackHours=48"),
        ("getFileAlerts", json!({ "sha1": FILE_SHA1 }), file("/alerts"), ""),
        ("getFileMachines", json!({ "sha1": FILE_SHA1 }), file("/machines"), ""),
        ("getIpAlerts", json!({ "ip": IP }), format!("/api/ips/{IP}/alerts"), ""),
        ("getIpStatistics", json!({ "ip": IP }), format!("/api/ips/{IP}/stats"), ""),
        ("getDomainAlerts", json!({ "domain": DOMAIN }), format!("/api/domains/{DOMAIN}/alerts"), ""),
        ("getDomainMachines", json!({ "domain": DOMAIN }), format!("/api/domains/{DOMAIN}/machines"), ""),
        ("getDomainStatistics", json!({ "domain": DOMAIN }), format!("/api/domains/{DOMAIN}/stats"), ""),
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
        ("getVulnerabilityMachines", id(CVE), format!("/api/vulnerabilities/{CVE}/machineReferences"), ""),
        ("getVulnerabilityFindings", json!({}), "/api/vulnerabilities/machinesVulnerabilities".into(), LIST),
        ("getRecommendations", json!({}), "/api/recommendations".into(), LIST),
        ("getRecommendation", id(RECOMMENDATION), recommendation(""), ""),
        ("getRecommendationSoftware", id(RECOMMENDATION), recommendation("/software"), ""),
        ("getRecommendationMachines", id(RECOMMENDATION), recommendation("/machineReferences"), ""),
        ("getRecommendationVulnerabilities", id(RECOMMENDATION), recommendation("/vulnerabilities"), ""),
        ("getExposureScore", json!({}), "/api/exposureScore".into(), ""),
        ("getExposureScoreByGroup", json!({}), "/api/exposureScore/ByMachineGroups".into(), ""),
        ("getConfigurationScore", json!({}), "/api/configurationScore".into(), ""),
        ("getRemediationTasks", json!({}), "/api/remediationtasks".into(), LIST),
        ("getRemediationTask", id(TASK), format!("/api/remediationtasks/{TASK}"), ""),
        ("getRemediationTaskMachines", id(TASK), format!("/api/remediationtasks/{TASK}/machinereferences"), ""),
        ("exportConfigurationAssessment", json!({}), export("SecureConfigurationsAssessmentByMachine"), sized),
        ("exportSoftwareInventory", json!({}), export("SoftwareInventoryByMachine"), sized),
        ("exportSoftwareVulnerabilities", json!({}), export("SoftwareVulnerabilitiesByMachine"), sized),
        ("getConfigurationAssessmentFiles", json!({}), export("SecureConfigurationsAssessmentExport"), ""),
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

/// Everything with a body, and what deletes: parameters, method and path, body.
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
        "machineId": MACHINE, "severity": "Low", "title": "t", "description": "d", "recommendedAction": "r",
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
        ("updateAlert", with("id", json!(ALERT)), format!("PATCH /api/alerts/{ALERT}"), update.clone()),
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
        ("deleteIndicator", json!({ "id": INDICATOR }), format!("DELETE /api/indicators/{INDICATOR}"), Value::Null),
        (
            "deleteIndicators",
            json!({ "ids": [INDICATOR] }),
            "POST /api/indicators/BatchDelete".into(),
            json!({ "IndicatorIds": [INDICATOR] }),
        ),
        (
            "startInvestigation",
            json!({ "id": MACHINE, "comment": "c" }),
            machine("startInvestigation"),
            json!({ "Comment": "c" }),
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
    let read = |(action, params, path, query)| (action, params, format!("GET {path}"), query, Value::Null);
    let change = |(action, params, line, body)| (action, params, line, "", body);
    reads().into_iter().map(read).chain(changes().into_iter().map(change))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_of_the_demonstration_has_something_in_it() {
    let world = World::start().await;
    for (action, params, path, _) in reads() {
        let data = world.data(action, params).await;
        // The demonstration's product is patched by no update.
        let empty = data["value"].as_array().is_some_and(Vec::is_empty);
        assert!(!empty || action == "getSoftwareMissingUpdates", "{action} {path}: {data}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn moments_are_sent_bare() {
    let world = World::start().await;
    let details = world.data("getAgentDetails", json!({ "id": MACHINE })).await;
    let (at, ip) = (details["lastSeen"].as_str().unwrap(), &details["lastIpAddress"]);
    let found = world.data("findAgentsByIp", json!({ "ip": ip, "timestamp": at })).await;
    assert_eq!(found["value"][0]["id"], MACHINE);
    world.data("exportVulnerabilityChanges", json!({ "sinceTime": at })).await;
    let ledger = world.service().ledger();
    let [.., by_ip, changes] = ledger.as_slice() else { panic!("{ledger:?}") };
    let encoded = at.replace(':', "%3A");
    let ip = ip.as_str().unwrap();
    assert_eq!(by_ip.path, format!("/api/machines/findbyip(ip='{ip}',timestamp={encoded})"));
    assert_eq!(changes.path, "/api/machines/SoftwareVulnerabilityChangesByMachine");
    assert_eq!(changes.query, format!("sinceTime={at}&pageSize=10000"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_read_page_by_page_to_its_end() {
    let world = World::start().await;
    let whole = world.data("exportSoftwareVulnerabilities", json!({})).await;
    assert!(whole.get("cursor").is_none());
    let whole = whole["value"].as_array().unwrap().len();
    let (mut seen, mut pages, mut cursor) = (BTreeSet::new(), 0, Value::Null);
    loop {
        let mut params = json!({ "pageSize": 2 });
        if !cursor.is_null() {
            params["cursor"] = cursor;
        }
        let page = world.data("exportSoftwareVulnerabilities", params).await;
        seen.extend(page["value"].as_array().unwrap().iter().map(|row| row["id"].to_string()));
        pages += 1;
        match page.get("cursor") {
            Some(next) => cursor = next.clone(),
            None => break,
        }
    }
    assert_eq!((seen.len(), pages), (whole, whole.div_ceil(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn next_links_that_lead_astray_are_refused() {
    for (next_link, kind) in [(NextLink::Foreign, ErrorKind::Denied), (NextLink::Looping, ErrorKind::MalformedResponse)]
    {
        let world = World::with(Scenario { next_link, ..Scenario::default() }).await;
        let error = world.error("exportSoftwareVulnerabilities", json!({ "pageSize": 1 })).await;
        is(&error, kind);
        assert_eq!(world.service().sent("GET *"), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_tells_which_indicators_were_refused() {
    let world = World::start().await;
    let params = json!({ "indicators": [indicator("a.example", "DomainName"), indicator("10.0.0.0/8", "IpAddress")] });
    let error = world.error("importIndicators", params).await;
    is(&error, ErrorKind::ActionFailed);
    assert!(matches!(error.retry, Retry::Never), "{error:?}");
    let results = &details(&error)["results"];
    assert_eq!((&results[0]["isFailed"], &results[1]["isFailed"]), (&json!(false), &json!(true)));
    let page = world.data("getIndicators", json!({ "indicatorValue": "a.example" })).await;
    assert_eq!(page["total"], 1, "what was taken stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn hunting_needs_no_token_of_the_other_server() {
    let world = World::start().await;
    let data = world.data("runHuntingQuery", json!({ "query": "DeviceInfo | take 1" })).await;
    assert_eq!(data["results"].as_array().unwrap().len(), 1);
    let ledger = world.service().ledger();
    let hosts: Vec<&str> = ledger.iter().map(|entry| entry.host.as_str()).collect();
    assert_eq!(hosts, ["login.microsoftonline.com", "graph.microsoft.com"]);
    let data = world.data("runAdvancedQuery", json!({ "query": "DeviceInfo | take 1" })).await;
    assert_eq!(data["Results"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_is_missing_is_named() {
    let world = World::start().await;
    world.service().set_roles(["Machine.Read.All"]);
    for action in defender_connector::actions::CATALOGUE {
        let Some((name, params, ..)) = rows().find(|row| row.0 == action.name) else { continue };
        if action.roles.iter().all(|any| any.contains(&"Machine.Read.All")) {
            continue;
        }
        let error = world.error(name, params).await;
        is(&error, ErrorKind::Forbidden);
        assert_eq!(details(&error)["required"], json!(action.roles), "{name}");
    }
}
