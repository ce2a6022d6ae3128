//! Vulnerabilities: list, get, and the affected devices.

use serde_json::{Value, json};

use super::call::Call;
use super::roles::VULNERABILITY_READ;
use super::route::{Route, get};
use super::{listing, references};
use crate::odata::schema::{MACHINE_VULNERABILITY, VULNERABILITY};
use crate::records::{Inventory, has};
use crate::refusal::ApiError;
use crate::reply::Reply;

pub(super) const ROUTES: &[Route] = &[
    get("/api/vulnerabilities", VULNERABILITY_READ, list),
    get("/api/vulnerabilities/machinesVulnerabilities", VULNERABILITY_READ, everywhere),
    get("/api/vulnerabilities/{cve}", VULNERABILITY_READ, one),
    get("/api/vulnerabilities/{cve}/machineReferences", VULNERABILITY_READ, machines),
];

fn list(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let found = entities(&call.state.scenario.records.inventory, |_| true);
    listing::reply(call, "PublicVulnerabilityDto", &VULNERABILITY, found)
}

fn one(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let found = known(call)?;
    Ok(call.entity(200, "PublicVulnerabilityDto", found))
}

fn machines(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    known(call)?;
    let cve = call.segment(0);
    let installations = &call.state.scenario.records.inventory.installations;
    references::reply(call, |machine| {
        installations.iter().any(|installed| installed.suffers(cve) && installed.is_on(machine))
    })
}

/// `GET /api/vulnerabilities/machinesVulnerabilities`: every vulnerability of every product on
/// every device.
fn everywhere(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let inventory = &call.state.scenario.records.inventory;
    let mut rows = Vec::new();
    for installed in &inventory.installations {
        let (vendor, product) = installed.names();
        for (cve, machine) in installed.pairs() {
            rows.push(json!({
                "id": format!(
                    "{machine}-_-{cve}-_-{vendor}-_-{product}-_-{}-_-", installed.version
                ),
                "cveId": cve,
                "machineId": machine,
                "fixingKbId": inventory.fix(&installed.software, machine).map(|update| &update.entity["id"]),
                "productName": product,
                "productVendor": vendor,
                "productVersion": installed.version,
                "severity": inventory.vulnerability(cve)["severity"],
            }));
        }
    }
    listing::reply(call, "PublicAssetVulnerabilityDto", &MACHINE_VULNERABILITY, rows)
}

fn known(call: &Call<'_>) -> Result<Value, ApiError> {
    let cve = call.segment(0);
    let mut found =
        entities(&call.state.scenario.records.inventory, |id| id.eq_ignore_ascii_case(cve));
    found.pop().ok_or_else(|| ApiError::not_found(format!("Vulnerability {cve} was not found")))
}

/// The vulnerabilities whose ID matches, in the API's format.
pub(super) fn entities(inventory: &Inventory, fits: impl Fn(&str) -> bool) -> Vec<Value> {
    let is_wanted = |vulnerability: &&Value| vulnerability["id"].as_str().is_some_and(&fits);
    let counted = |vulnerability: &Value| {
        let installations = inventory.installations.iter();
        let with_it = installations.filter(|installed| {
            installed.vulnerabilities.iter().any(|cve| has(vulnerability, "id", cve))
        });
        let exposed: usize = with_it.map(|installed| installed.machines.len()).sum();
        let mut vulnerability = vulnerability.clone();
        vulnerability["exposedMachines"] = json!(exposed);
        vulnerability
    };
    inventory.vulnerabilities.iter().filter(is_wanted).map(counted).collect()
}
