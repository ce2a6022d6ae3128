//! What each action of the families sends: method, target, body.

use serde_json::{Value, json};

use super::{filter, request};
use crate::auth::Server;
use crate::schema;
use crate::transport::Method::{self, Delete, Get, Patch, Post};

const SHA1: &str = "5d5baf7b8e4f0c1a2b3c4d5e6f708192a3b4c5d6";
const DEVICE: &str = "d1000000000000000000000000000000";
const NONE: Value = Value::Null;

#[track_caller]
pub(super) fn sends(action: &str, params: Value, method: Method, target: &str, body: Value) {
    let request = request(action, params).unwrap();
    assert_eq!((request.method, request.target.as_str()), (method, target), "{action}");
    let found =
        if request.body.is_empty() { NONE } else { serde_json::from_slice(&request.body).unwrap() };
    assert_eq!(found, body, "{action}");
}

#[test]
fn agents() {
    sends(
        "findAgentsByIp",
        json!({ "ip": "fe80::1", "timestamp": "2026-03-01T08:44:05+01:00" }),
        Get,
        "/api/machines/findbyip(ip='fe80%3A%3A1',timestamp=2026-03-01T08%3A44%3A05%2B01%3A00)",
        NONE,
    );
    sends(
        "findAgentsByTag",
        json!({ "tag": "a b&c" }),
        Get,
        "/api/machines/findbytag?tag=a%20b%26c",
        NONE,
    );
    sends(
        "findAgentsByTag",
        json!({ "tag": "x", "startsWith": true }),
        Get,
        "/api/machines/findbytag?tag=x&useStartsWithFilter=true",
        NONE,
    );
    for (action, end) in [
        ("getAgentUsers", "logonusers"),
        ("getAgentAlerts", "alerts"),
        ("getAgentSoftware", "software"),
        ("getAgentVulnerabilities", "vulnerabilities"),
        ("getAgentRecommendations", "recommendations"),
        ("getAgentMissingUpdates", "getmissingkbs"),
    ] {
        sends(action, json!({ "id": DEVICE }), Get, &format!("/api/machines/{DEVICE}/{end}"), NONE);
    }
    let tag = json!({ "id": DEVICE, "tag": "t" });
    sends(
        "addTag",
        tag.clone(),
        Post,
        &format!("/api/machines/{DEVICE}/tags"),
        json!({ "Value": "t", "Action": "Add" }),
    );
    sends(
        "removeTag",
        tag,
        Post,
        &format!("/api/machines/{DEVICE}/tags"),
        json!({ "Value": "t", "Action": "Remove" }),
    );
    sends(
        "setTags",
        json!({ "ids": [DEVICE, DEVICE], "tag": "t", "action": "Remove" }),
        Post,
        "/api/machines/AddOrRemoveTagForMultipleMachines",
        json!({ "Value": "t", "Action": "Remove", "MachineIds": [DEVICE, DEVICE] }),
    );
    let value = json!({ "id": DEVICE, "deviceValue": "High" });
    sends(
        "setDeviceValue",
        value,
        Post,
        &format!("/api/machines/{DEVICE}/setDeviceValue"),
        json!({ "DeviceValue": "High" }),
    );
}

#[test]
fn alerts() {
    let evidence = json!({ "expand": "evidence", "page": 2, "status": "New" });
    let query = "?$count=true&$top=20&$skip=20&$filter=status%20eq%20%27New%27&$expand=evidence";
    sends("getAlerts", evidence, Get, &format!("/api/alerts{query}"), NONE);
    let range = json!({
        "severity": ["Medium", "High"], "incidentId": 7,
        "alertCreationTime": { "ge": "2026-03-01T00:00:00Z" }
    });
    assert_eq!(
        filter("getAlerts", range),
        "severity in ('Medium','High') and incidentId eq 7 and alertCreationTime ge 2026-03-01T00:00:00Z"
    );
    sends("getAlert", json!({ "id": "da1_-2" }), Get, "/api/alerts/da1_-2", NONE);
    let update = json!({
        "status": "Resolved", "assignedTo": "a@b", "classification": "FalsePositive",
        "determination": "NotMalicious", "comment": "c"
    });
    let mut one = update.clone();
    one["id"] = json!("a");
    sends("updateAlert", one, Patch, "/api/alerts/a", update.clone());
    let mut many = update;
    many["alertIds"] = json!(["a", "b"]);
    sends("updateAlerts", many.clone(), Post, "/api/alerts/batchUpdate", many);
    let alert = json!({
        "machineId": DEVICE, "severity": "Low", "title": "t", "description": "d",
        "recommendedAction": "r",
        "eventTime": "2026-03-01T08:44:05.1234567Z", "reportId": "20776", "category": "Exploit",
    });
    sends("createAlert", alert.clone(), Post, "/api/alerts/CreateAlertByReference", alert);
    let query = "?$count=true&$top=50&$skip=50&$filter=status%20eq%20%27active%27";
    let params = json!({ "status": "active", "page": 2, "pageSize": 50 });
    sends("getIncidents", params, Get, &format!("/v1.0/security/incidents{query}"), NONE);
    sends("getIncident", json!({ "id": "7" }), Get, "/v1.0/security/incidents/7", NONE);
    for (action, end) in [
        ("getAlertDomains", "domains"),
        ("getAlertFiles", "files"),
        ("getAlertIps", "ips"),
        ("getAlertMachine", "machine"),
        ("getAlertUser", "user"),
    ] {
        sends(action, json!({ "id": "a" }), Get, &format!("/api/alerts/a/{end}"), NONE);
    }
}

#[test]
fn indicators() {
    assert_eq!(
        filter(
            "getIndicators",
            json!({ "action": ["Block", "Audit"], "generateAlert": true, "rbacGroupNames": "g" })
        ),
        "action in ('Block','Audit') and generateAlert eq true and rbacGroupNames/any(tag: tag eq 'g')"
    );
    let indicator = json!({
        "indicatorValue": "198.51.100.7", "indicatorType": "IpAddress", "action": "Block",
        "title": "t",
        "description": "d", "severity": "High", "generateAlert": true, "recommendedActions": "r",
        "expirationTime": "2026-12-31T00:00:00Z", "application": "a", "rbacGroupNames": ["g"],
        "educateUrl": "https://x",
    });
    sends("submitIndicator", indicator.clone(), Post, "/api/indicators", indicator.clone());
    let batch = json!({ "indicators": [indicator] });
    sends(
        "importIndicators",
        batch,
        Post,
        "/api/indicators/import",
        json!({ "Indicators": [indicator] }),
    );
    sends("deleteIndicator", json!({ "id": "7" }), Delete, "/api/indicators/7", NONE);
    let ids = json!({ "ids": ["7", "8"] });
    sends(
        "deleteIndicators",
        ids,
        Post,
        "/api/indicators/BatchDelete",
        json!({ "IndicatorIds": ["7", "8"] }),
    );
}

#[test]
fn files_addresses_domains_and_users() {
    let sha256 = "e".repeat(64);
    for (action, params, target) in [
        ("getFileInfo", json!({ "hash": sha256 }), format!("/api/files/{sha256}")),
        ("getFileStatistics", json!({ "hash": SHA1 }), format!("/api/files/{SHA1}/stats")),
        (
            "getFileStatistics",
            json!({ "hash": SHA1, "lookBackHours": 48 }),
            format!("/api/files/{SHA1}/stats?lookBackHours=48"),
        ),
        ("getFileAlerts", json!({ "sha1": SHA1 }), format!("/api/files/{SHA1}/alerts")),
        ("getFileMachines", json!({ "sha1": SHA1 }), format!("/api/files/{SHA1}/machines")),
        ("getIpAlerts", json!({ "ip": "10.0.0.1" }), "/api/ips/10.0.0.1/alerts".into()),
        (
            "getIpStatistics",
            json!({ "ip": "10.0.0.1", "lookBackHours": 1 }),
            "/api/ips/10.0.0.1/stats?lookBackHours=1".into(),
        ),
        (
            "getDomainAlerts",
            json!({ "domain": "a.example" }),
            "/api/domains/a.example/alerts".into(),
        ),
        (
            "getDomainMachines",
            json!({ "domain": "a.example" }),
            "/api/domains/a.example/machines".into(),
        ),
        (
            "getDomainStatistics",
            json!({ "domain": "a.example" }),
            "/api/domains/a.example/stats".into(),
        ),
        ("getUserAlerts", json!({ "user": "j doe" }), "/api/users/j%20doe/alerts".into()),
        ("getUserMachines", json!({ "user": "jdoe" }), "/api/users/jdoe/machines".into()),
    ] {
        sends(action, params, Get, &target, NONE);
    }
}

#[test]
fn investigations() {
    assert_eq!(
        filter("getInvestigations", json!({ "state": ["Running", "Queued"], "machineId": DEVICE })),
        format!("state in ('Running','Queued') and machineId eq '{DEVICE}'")
    );
    sends("getInvestigation", json!({ "id": "7" }), Get, "/api/investigations/7", NONE);
}

#[test]
fn hunting_reads_although_it_posts() {
    let query = "DeviceEvents\n| take 1".to_owned();
    let graph = json!({ "query": query, "timespan": "P7D" });
    let body = json!({ "Query": query, "Timespan": "P7D" });
    sends("runHuntingQuery", graph, Post, "/v1.0/security/runHuntingQuery", body);
    let old = json!({ "query": query });
    sends(
        "runAdvancedQuery",
        old.clone(),
        Post,
        "/api/advancedqueries/run",
        json!({ "Query": query }),
    );
    for (action, server) in
        [("runHuntingQuery", Server::Graph), ("runAdvancedQuery", Server::Defender)]
    {
        let request = request(action, old.clone()).unwrap();
        assert_eq!((request.server, request.is_read()), (server, true), "{action}");
    }
}

#[test]
fn values_that_can_t_be_meant_are_named() {
    for (action, params, pointer) in [
        ("findAgentsByIp", json!({ "ip": "ws-1", "timestamp": "2026-03-01T08:44:05Z" }), "/ip"),
        ("findAgentsByIp", json!({ "ip": "1.2.3.4'", "timestamp": "2026-03-01T08:44:05Z" }), "/ip"),
        ("getIpAlerts", json!({ "ip": ".." }), "/ip"),
        ("getFileInfo", json!({ "hash": &SHA1[1..] }), "/hash"),
        ("getFileMachines", json!({ "sha1": "e".repeat(63) }), "/sha1"),
        ("getFileStatistics", json!({ "hash": SHA1, "lookBackHours": 721 }), "/lookBackHours"),
        ("setTags", json!({ "ids": vec![DEVICE; 501], "tag": "t", "action": "Add" }), "/ids"),
        ("setTags", json!({ "ids": [DEVICE], "tag": "t", "action": "adds" }), "/action"),
        ("setTags", json!({ "ids": ["ws"], "tag": "t", "action": "Add" }), "/ids/0"),
        ("updateAlert", json!({ "id": "a", "status": "Closed" }), "/status"),
        ("importIndicators", json!({ "indicators": [] }), "/indicators"),
        ("deleteIndicators", json!({ "ids": [""] }), "/ids/0"),
        ("exportSoftwareInventory", json!({ "cursor": "a b" }), "/cursor"),
        ("exportSoftwareInventory", json!({ "pageSize": 0 }), "/pageSize"),
        ("runHuntingQuery", json!({ "query": " \n" }), "/query"),
    ] {
        let row = crate::actions::find(action).unwrap();
        let mut problems = Vec::new();
        schema::read(row.params, params.as_object().unwrap().clone(), "", &mut problems);
        let pointers: Vec<&str> = problems.iter().map(|problem| problem.pointer.as_str()).collect();
        assert_eq!(pointers, [pointer], "{action}");
    }
}
