//! Recommendations: list, get, and related entities.

use serde_json::{Value, json};

use super::call::Call;
use super::roles::RECOMMENDATION_READ;
use super::route::{Route, get};
use super::{listing, references, software, vulnerabilities};
use crate::odata::schema::{RECOMMENDATION, SOFTWARE, VULNERABILITY};
use crate::records::{Inventory, Linked};
use crate::refusal::ApiError;
use crate::reply::Reply;

pub(super) const ROUTES: &[Route] = &[
    get("/api/recommendations", RECOMMENDATION_READ, list),
    get("/api/recommendations/{id}", RECOMMENDATION_READ, one),
    get("/api/recommendations/{id}/software", RECOMMENDATION_READ, products),
    get("/api/recommendations/{id}/machineReferences", RECOMMENDATION_READ, machines),
    get("/api/recommendations/{id}/vulnerabilities", RECOMMENDATION_READ, weaknesses),
];

fn list(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let found = entities(&call.state.scenario.records.inventory, |_| true);
    listing::reply(call, "Recommendations", &RECOMMENDATION, found)
}

fn one(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (wanted, inventory) = about(call)?;
    let found = entities(inventory, |recommendation| std::ptr::eq(recommendation, wanted));
    Ok(call.entity(200, "Recommendations", found.first()))
}

fn products(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (recommendation, inventory) = about(call)?;
    let found = software::entities(inventory, |product| recommendation.is_about(product));
    listing::reply(call, "Software", &SOFTWARE, found)
}

fn machines(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (recommendation, inventory) = about(call)?;
    references::reply(call, |machine| {
        inventory.vulnerable(recommendation).any(|installed| installed.is_on(machine))
    })
}

fn weaknesses(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (recommendation, inventory) = about(call)?;
    let found = vulnerabilities::entities(inventory, |cve| {
        inventory.vulnerable(recommendation).any(|installed| installed.suffers(cve))
    });
    listing::reply(call, "PublicVulnerabilityDto", &VULNERABILITY, found)
}

fn about<'a>(call: &'a Call<'_>) -> Result<(&'a Linked, &'a Inventory), ApiError> {
    let (id, inventory) = (call.segment(0), &call.state.scenario.records.inventory);
    let found = inventory.recommendations.iter().find(|recommendation| recommendation.is("id", id));
    let found =
        found.ok_or_else(|| ApiError::not_found(format!("Recommendation {id} was not found")))?;
    Ok((found, inventory))
}

/// The matching recommendations in the API's format.
pub(super) fn entities(inventory: &Inventory, fits: impl Fn(&Linked) -> bool) -> Vec<Value> {
    let counted = |recommendation: &Linked| {
        let of_it = inventory
            .installations
            .iter()
            .filter(|installed| recommendation.is_about(&installed.software));
        let exposed = inventory.vulnerable(recommendation);
        let weak = inventory.vulnerable(recommendation);
        let mut entity = recommendation.entity.clone();
        entity["totalMachineCount"] =
            json!(of_it.map(|installed| installed.machines.len()).sum::<usize>());
        entity["exposedMachinesCount"] =
            json!(exposed.map(|installed| installed.machines.len()).sum::<usize>());
        entity["weaknesses"] =
            json!(weak.map(|installed| installed.vulnerabilities.len()).sum::<usize>());
        entity
    };
    inventory
        .recommendations
        .iter()
        .filter(|recommendation| fits(recommendation))
        .map(counted)
        .collect()
}
