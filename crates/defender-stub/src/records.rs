//! The tenant's records other than machines and actions: alerts, indicators, observed entities and
//! software.

use serde::Deserialize;
use serde_json::Value;

/// The tenant's records. Entities are in the API's own form; what a scenario leaves out is empty.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Records {
    /// Alerts, with their evidence.
    pub alerts: Vec<Value>,
    /// Indicators.
    pub indicators: Vec<Value>,
    /// Incidents, in Graph's form; their alerts are those of `alerts` that name them.
    pub incidents: Vec<Value>,
    /// Automated investigations.
    pub investigations: Vec<Value>,
    /// Users who logged on to devices.
    pub users: Vec<Linked>,
    /// Files that were seen on devices.
    pub files: Vec<Linked>,
    /// Addresses that devices spoke to.
    pub ips: Vec<Linked>,
    /// Domains that devices spoke to.
    pub domains: Vec<Linked>,
    /// What is installed, and what is wrong with it.
    pub inventory: Inventory,
}

/// An entity, and what it is linked with.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Linked {
    /// The entity.
    pub entity: Value,
    /// What `/stats` says of it.
    pub stats: Value,
    /// Devices, by id.
    pub machines: Vec<String>,
    /// Alerts, by id.
    pub alerts: Vec<String>,
    /// Products, by id.
    pub software: Vec<String>,
}

/// What vulnerability management knows.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Inventory {
    /// Products; counts of devices are made from `installations`.
    pub software: Vec<Value>,
    /// Which versions of products are where.
    pub installations: Vec<Installation>,
    /// Vulnerabilities; counts of devices are made from `installations`.
    pub vulnerabilities: Vec<Value>,
    /// Recommendations, with the products they are about.
    pub recommendations: Vec<Linked>,
    /// Updates that are missing, with where and for which products.
    pub missing_updates: Vec<Linked>,
    /// Remediation tasks, with the devices they are about.
    pub remediation_tasks: Vec<Linked>,
    /// Settings assessed, with the devices that comply; all others do not.
    pub configurations: Vec<Linked>,
    /// The tenant's exposure score.
    pub exposure_score: Value,
    /// Exposure scores by device group.
    pub group_scores: Vec<Value>,
    /// The tenant's configuration score.
    pub configuration_score: Value,
}

/// A version of a product, and where it is installed.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Installation {
    /// The product's id, `vendor-_-product`.
    pub software: String,
    /// The version.
    pub version: String,
    /// Devices, by id.
    pub machines: Vec<String>,
    /// What the version is vulnerable to, by CVE.
    pub vulnerabilities: Vec<String>,
    /// When it was first seen on them.
    pub first_seen: String,
}

impl Linked {
    /// Whether the entity has this text in a property, in any letter case.
    pub(super) fn is(&self, property: &str, text: &str) -> bool {
        has(&self.entity, property, text)
    }

    pub(super) fn is_on(&self, machine: &str) -> bool {
        contains(&self.machines, machine)
    }

    pub(super) fn is_in(&self, alert: &str) -> bool {
        contains(&self.alerts, alert)
    }

    pub(super) fn is_about(&self, software: &str) -> bool {
        contains(&self.software, software)
    }
}

impl Installation {
    pub(super) fn is_of(&self, software: &str) -> bool {
        self.software.eq_ignore_ascii_case(software)
    }

    pub(super) fn is_on(&self, machine: &str) -> bool {
        contains(&self.machines, machine)
    }

    pub(super) fn suffers(&self, cve: &str) -> bool {
        contains(&self.vulnerabilities, cve)
    }

    /// Every vulnerability with every device.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let machines = self.machines.iter();
        let with_machines = move |cve| {
            machines.clone().map(move |machine: &String| (String::as_str(cve), &**machine))
        };
        self.vulnerabilities.iter().flat_map(with_machines)
    }

    /// Vendor and product, as the id has them.
    pub(super) fn names(&self) -> (&str, &str) {
        self.software.split_once("-_-").unwrap_or(("", &self.software))
    }
}

impl Inventory {
    /// Whether any version of the product is on the device.
    pub(super) fn is_installed(&self, software: &str, machine: &str) -> bool {
        self.installations
            .iter()
            .any(|installed| installed.is_of(software) && installed.is_on(machine))
    }

    /// The update that the product misses on the device, if any.
    pub(super) fn fix(&self, software: &str, machine: &str) -> Option<&Linked> {
        self.missing_updates
            .iter()
            .find(|update| update.is_about(software) && update.is_on(machine))
    }

    /// A vulnerability's record, or null.
    pub(super) fn vulnerability(&self, cve: &str) -> &Value {
        self.vulnerabilities.iter().find(|found| has(found, "id", cve)).unwrap_or(&Value::Null)
    }

    /// The installations that a recommendation is about: vulnerable versions of its products.
    pub(super) fn vulnerable<'a>(
        &'a self,
        recommendation: &'a Linked,
    ) -> impl Iterator<Item = &'a Installation> {
        let is_meant = |installed: &&Installation| {
            !installed.vulnerabilities.is_empty() && recommendation.is_about(&installed.software)
        };
        self.installations.iter().filter(is_meant)
    }
}

/// Whether an entity has this text in a property, in any letter case.
pub(super) fn has(entity: &Value, property: &str, text: &str) -> bool {
    entity[property].as_str().is_some_and(|found| found.eq_ignore_ascii_case(text))
}

fn contains(ids: &[String], id: &str) -> bool {
    ids.iter().any(|found| found.eq_ignore_ascii_case(id))
}
