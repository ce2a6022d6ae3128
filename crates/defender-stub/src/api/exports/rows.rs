//! The rows of each report, derived from the devices and the inventory.

use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::clock::api_timestamp;
use crate::machine::Machine;
use crate::records::{Installation, Inventory};
use crate::state::ServiceState;

/// A report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Report {
    /// Settings, and whether devices comply.
    Configurations,
    /// Products on devices.
    Software,
    /// Vulnerabilities of products on devices.
    Vulnerabilities,
    /// New vulnerabilities.
    Changes,
}

const REPORTS: [(Report, &str, &str); 4] = [
    (Report::Configurations, "SecureConfigurationsAssessment", "contract.AssetConfiguration"),
    (Report::Software, "SoftwareInventory", "contract.AssetSoftware"),
    (Report::Vulnerabilities, "SoftwareVulnerabilities", "contract.AssetVulnerability"),
    (Report::Changes, "SoftwareVulnerabilityChanges", "contract.DeltaAssetVulnerability"),
];

impl Report {
    /// The report whose files have this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        REPORTS
            .iter()
            .find(|(_, other, _)| other.eq_ignore_ascii_case(name))
            .map(|(report, _, _)| *report)
    }

    /// The name of its files.
    pub(super) fn name(self) -> &'static str {
        self.row().1
    }

    /// The type of its rows.
    pub(super) fn contract(self) -> &'static str {
        self.row().2
    }

    fn row(self) -> (Self, &'static str, &'static str) {
        REPORTS[self as usize]
    }
}

/// The report's rows.
pub(super) fn of(report: Report, state: &ServiceState, now: OffsetDateTime) -> Vec<Value> {
    let inventory = &state.scenario.records.inventory;
    match report {
        Report::Configurations => configurations(state, inventory, now),
        Report::Software => software(state, inventory),
        Report::Vulnerabilities => vulnerabilities(state, inventory, now),
        Report::Changes => changes(state, inventory, now),
    }
}

/// Every setting is applicable to every device that reports.
fn configurations(state: &ServiceState, inventory: &Inventory, now: OffsetDateTime) -> Vec<Value> {
    let mut rows = Vec::new();
    for machine in state.scenario.machines.iter().filter(|machine| machine.is_onboarded()) {
        for configuration in &inventory.configurations {
            let rest = json!({
                "timestamp": api_timestamp(now),
                "isApplicable": true,
                "isCompliant": configuration.is_on(&machine.id),
            });
            rows.push(joined([&configuration.entity, &rest, &device(machine)]));
        }
    }
    rows
}

fn software(state: &ServiceState, inventory: &Inventory) -> Vec<Value> {
    let row = |(installed, machine): (&Installation, &Machine)| {
        let rest = json!({
            "numberOfWeaknesses": installed.vulnerabilities.len(),
            "diskPaths": [],
            "registryPaths": [],
            "softwareFirstSeenTimestamp": installed.first_seen,
            "endOfSupportStatus": null,
            "endOfSupportDate": null,
            "rbacGroupId": machine.rbac_group_id,
        });
        joined([&device(machine), &product(installed), &rest])
    };
    installed(state, inventory).map(row).collect()
}

fn vulnerabilities(state: &ServiceState, inventory: &Inventory, now: OffsetDateTime) -> Vec<Value> {
    let mut rows = Vec::new();
    for (installed, machine) in installed(state, inventory) {
        for cve in &installed.vulnerabilities {
            let vulnerability = inventory.vulnerability(cve);
            let fix = inventory.fix(&installed.software, &machine.id).map(|update| &update.entity);
            let is_exploited = vulnerability["publicExploit"] == true;
            let rest = json!({
                "id": format!("{}_{}_{}_{cve}", machine.id, installed.software, installed.version),
                "cveId": cve,
                "vulnerabilitySeverityLevel": vulnerability["severity"],
                "cvssScore": vulnerability["cvssV3"],
                "recommendedSecurityUpdate": fix.map(|fix| &fix["name"]),
                "recommendedSecurityUpdateId": fix.map(|fix| &fix["id"]),
                "recommendedSecurityUpdateUrl": fix.map(|fix| &fix["url"]),
                "securityUpdateAvailable": fix.is_some(),
                "exploitabilityLevel": if is_exploited { "ExploitIsPublic" } else { "NoExploit" },
                "recommendationReference": format!("va-_-{}", installed.software),
                "firstSeenTimestamp": vulnerability["firstDetected"],
                "lastSeenTimestamp": api_timestamp(now),
                "osArchitecture": machine.os_architecture,
                "diskPaths": [],
                "registryPaths": [],
            });
            rows.push(joined([&device(machine), &product(installed), &rest]));
        }
    }
    rows
}

/// Each vulnerability is new when it was first detected; none was fixed.
fn changes(state: &ServiceState, inventory: &Inventory, now: OffsetDateTime) -> Vec<Value> {
    let mut rows = vulnerabilities(state, inventory, now);
    for row in &mut rows {
        row["status"] = json!("New");
        row["eventTimestamp"] = row["firstSeenTimestamp"].clone();
    }
    rows
}

/// Every installation on every existing device.
fn installed<'a>(
    state: &'a ServiceState,
    inventory: &'a Inventory,
) -> impl Iterator<Item = (&'a Installation, &'a Machine)> + 'a {
    let on = |installed: &'a Installation| {
        let machines =
            state.scenario.machines.iter().filter(|machine| installed.is_on(&machine.id));
        machines.map(move |machine| (installed, machine))
    };
    inventory.installations.iter().flat_map(on)
}

fn device(machine: &Machine) -> Value {
    json!({
        "deviceId": machine.id,
        "deviceName": machine.computer_dns_name,
        "osPlatform": machine.os_platform,
        "osVersion": machine.version,
        "rbacGroupName": machine.rbac_group_name,
    })
}

fn product(installed: &Installation) -> Value {
    let (vendor, name) = installed.names();
    json!({ "softwareVendor": vendor, "softwareName": name, "softwareVersion": installed.version })
}

/// The members of all records in one.
fn joined<const N: usize>(records: [&Value; N]) -> Value {
    records
        .into_iter()
        .filter_map(Value::as_object)
        .flatten()
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
