//! Vulnerability management, and that the demo scenario's records are consistent.

use super::super::Linked;
use super::*;

#[test]
fn products_vulnerabilities_and_recommendations_agree() {
    let client = Client::new(Scenario::default());
    let of = |family: &str, id: &str, what: &str| {
        client.listed(&format!("/api/{family}/{id}/{what}"), "id")
    };
    let (software, cve, advice) = (demo::SOFTWARE, demo::CVE, "va-_-contoso-_-reader");
    assert_eq!(of("software", software, "vulnerabilities"), [cve]);
    assert_eq!(of("software", software, "machineReferences"), [demo::WINDOWS, demo::DUPLICATE_NEW]);
    assert_eq!(of("software", "microsoft-_-windows_11", "getmissingkbs"), ["5099001"]);
    let versions = client.listed(&format!("/api/software/{software}/distributions"), "version");
    assert_eq!(versions, ["11.0.2", "11.1.0"]);
    assert_eq!(of("vulnerabilities", cve, "machineReferences"), [demo::WINDOWS]);
    assert_eq!(of("recommendations", advice, "software"), [software]);
    assert_eq!(of("recommendations", advice, "machineReferences"), [demo::WINDOWS]);
    assert_eq!(of("recommendations", advice, "vulnerabilities"), [cve]);

    let product = body(&client.get(&format!("/api/software/{software}")));
    assert_eq!(
        (&product["installedMachines"], &product["exposedMachines"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(body(&client.get(&format!("/api/vulnerabilities/{cve}")))["exposedMachines"], 1);
    assert_eq!(
        body(&client.get(&format!("/api/recommendations/{advice}")))["totalMachineCount"],
        2
    );
    let critical =
        "/api/vulnerabilities/machinesVulnerabilities?$filter=severity%20eq%20'Critical'";
    let everywhere = client.listed(critical, "fixingKbId");
    assert_eq!(everywhere, ["5099001", "5099001"]);
}

#[test]
fn tasks_and_scores_are_there() {
    let client = Client::new(Scenario::default());
    // With a trailing slash, as documented.
    let tasks = client.listed("/api/remediationtasks/", "id");
    let machines =
        client.listed(&format!("/api/remediationtasks/{}/machinereferences", tasks[0]), "id");
    assert_eq!((tasks.len(), machines), (2, vec![demo::WINDOWS.to_owned()]));
    assert_eq!(
        body(&client.get(&format!("/api/remediationtasks/{}", tasks[0])))["targetDevices"],
        1
    );
    assert!(body(&client.get("/api/exposureScore"))["score"].is_number());
    assert!(body(&client.get("/api/configurationScore"))["score"].is_number());
    let groups = client.listed("/api/exposureScore/ByMachineGroups", "rbacGroupName");
    assert_eq!(groups, ["Workstations", "UnassignedGroup"]);
}

#[test]
fn what_is_unknown_is_not_found() {
    let client = Client::new(Scenario::default());
    for path in [
        "software/x",
        "software/x/distributions",
        "software/x/machineReferences",
        "software/x/vulnerabilities",
        "software/x/getmissingkbs",
        "vulnerabilities/x",
        "vulnerabilities/x/machineReferences",
        "recommendations/x",
        "recommendations/x/software",
        "remediationtasks/x",
        "remediationtasks/x/machinereferences",
    ] {
        assert_eq!(
            refusal(&client.get(&format!("/api/{path}"))),
            refused(404, "ResourceNotFound"),
            "{path}"
        );
    }
    let bare =
        Client::new(Scenario { records: super::super::Records::default(), ..Scenario::default() });
    assert_eq!(refusal(&bare.get("/api/exposureScore")), refused(404, "ResourceNotFound"));
    assert!(bare.listed("/api/alerts", "id").is_empty());
}

#[test]
fn every_link_of_the_demonstration_leads_somewhere() {
    let Scenario { machines, records, .. } = Scenario::default();
    let inventory = &records.inventory;
    let has = |entities: &[Value], id: &str| entities.iter().any(|entity| entity["id"] == id);
    let linked = [&records.users, &records.files, &records.ips, &records.domains];
    let linked = linked.into_iter().chain([
        &inventory.recommendations,
        &inventory.missing_updates,
        &inventory.remediation_tasks,
        &inventory.configurations,
    ]);
    let linked: Vec<&Linked> = linked.inspect(|list| assert!(!list.is_empty())).flatten().collect();
    for record in &linked {
        assert!(record.alerts.iter().all(|id| has(&records.alerts, id)), "{record:?}");
        assert!(record.software.iter().all(|id| has(&inventory.software, id)), "{record:?}");
    }
    for installed in &inventory.installations {
        assert!(has(&inventory.software, &installed.software), "{installed:?}");
        assert!(
            installed.vulnerabilities.iter().all(|id| has(&inventory.vulnerabilities, id)),
            "{installed:?}"
        );
    }
    let on_devices = linked.iter().flat_map(|record| &record.machines);
    let installed = inventory.installations.iter().flat_map(|installed| &installed.machines);
    for id in on_devices.chain(installed) {
        assert!(machines.iter().any(|machine| machine.id == *id), "{id}");
    }
    for alert in records.alerts.iter().chain(&records.investigations) {
        let machine =
            machines.iter().find(|machine| alert["machineId"] == machine.id.as_str()).unwrap();
        assert_eq!(alert["computerDnsName"], machine.computer_dns_name.as_str());
    }
    assert!(
        !records.indicators.is_empty()
            && !serde_json::to_string(&records.alerts).unwrap().contains("\"now")
    );
}
