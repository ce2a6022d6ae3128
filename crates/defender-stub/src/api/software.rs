//! Products: list, get, the devices that have them, and their versions.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::call::Call;
use super::roles::{SOFTWARE_READ, VULNERABILITY_READ};
use super::route::{Route, get};
use super::{listing, references, vulnerabilities};
use crate::odata::schema::{DISTRIBUTION, MISSING_UPDATE, SOFTWARE, VULNERABILITY};
use crate::records::{Inventory, Linked, has};
use crate::refusal::ApiError;
use crate::reply::Reply;

pub(super) const ROUTES: &[Route] = &[
    get("/api/software", SOFTWARE_READ, list),
    get("/api/software/{id}", SOFTWARE_READ, one),
    get("/api/software/{id}/distributions", SOFTWARE_READ, distributions),
    get("/api/software/{id}/machineReferences", SOFTWARE_READ, machines),
    get("/api/software/{id}/vulnerabilities", VULNERABILITY_READ, weaknesses),
    get("/api/software/{id}/getmissingkbs", SOFTWARE_READ, updates),
];

fn list(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let found = entities(&call.state.scenario.records.inventory, |_| true);
    listing::reply(call, "Software", &SOFTWARE, found)
}

fn one(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (id, inventory) = about(call)?;
    let found = entities(inventory, |product| product.eq_ignore_ascii_case(id));
    Ok(call.entity(200, "Software", found.first()))
}

fn distributions(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (id, inventory) = about(call)?;
    let mut versions: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for installed in inventory.installations.iter().filter(|installed| installed.is_of(id)) {
        let (machines, weaknesses) = versions.entry(&installed.version).or_default();
        *machines += installed.machines.len();
        *weaknesses += installed.vulnerabilities.len();
    }
    let row = |(version, (machines, weaknesses))| {
        json!({
            "version": version, "installations": machines, "vulnerabilities": weaknesses
        })
    };
    let found = versions.into_iter().map(row).collect();
    listing::reply(call, "Distribution", &DISTRIBUTION, found)
}

fn machines(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (id, inventory) = about(call)?;
    references::reply(call, |machine| inventory.is_installed(id, machine))
}

fn weaknesses(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (id, inventory) = about(call)?;
    let found = vulnerabilities::entities(inventory, |cve| {
        inventory
            .installations
            .iter()
            .any(|installed| installed.is_of(id) && installed.suffers(cve))
    });
    listing::reply(call, "PublicVulnerabilityDto", &VULNERABILITY, found)
}

fn updates(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (id, inventory) = about(call)?;
    let found = missing_updates(inventory, |update| update.is_about(id));
    listing::reply(call, "PublicProductFixDto", &MISSING_UPDATE, found)
}

/// The product's ID and its index, if it exists.
fn about<'a>(call: &'a Call<'_>) -> Result<(&'a str, &'a Inventory), ApiError> {
    let (id, inventory) = (call.segment(0), &call.state.scenario.records.inventory);
    if inventory.software.iter().any(|product| has(product, "id", id)) {
        return Ok((id, inventory));
    }
    Err(ApiError::not_found(format!("Software {id} was not found")))
}

/// The products whose ID matches, in the API's format.
pub(super) fn entities(inventory: &Inventory, fits: impl Fn(&str) -> bool) -> Vec<Value> {
    let is_wanted = |product: &&Value| product["id"].as_str().is_some_and(&fits);
    let counted = |product: &Value| {
        let id = product["id"].as_str().unwrap_or_default();
        let of_it = || inventory.installations.iter().filter(|installed| installed.is_of(id));
        let exposed = of_it().filter(|installed| !installed.vulnerabilities.is_empty());
        let mut product = product.clone();
        product["weaknesses"] =
            json!(of_it().map(|installed| installed.vulnerabilities.len()).sum::<usize>());
        product["installedMachines"] =
            json!(of_it().map(|installed| installed.machines.len()).sum::<usize>());
        product["exposedMachines"] =
            json!(exposed.map(|installed| installed.machines.len()).sum::<usize>());
        product
    };
    inventory.software.iter().filter(is_wanted).map(counted).collect()
}

/// The matching missing updates, in the API's format.
pub(super) fn missing_updates(inventory: &Inventory, fits: impl Fn(&Linked) -> bool) -> Vec<Value> {
    let counted = |update: &Linked| {
        let mut entity = update.entity.clone();
        entity["machineMissedOn"] = json!(update.machines.len());
        entity
    };
    inventory.missing_updates.iter().filter(|update| fits(update)).map(counted).collect()
}
