//! A machine: its API record, and what the stub needs to know in addition.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::{Duration, OffsetDateTime};

use super::clock::api_timestamp;

/// A device. A scenario needs to give no more than its `id` and `computerDnsName`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Machine {
    /// 40 hexadecimal digits.
    pub id: String,
    /// Full name, lower case.
    pub computer_dns_name: String,
    /// When the device was first seen.
    pub first_seen: String,
    /// When the device sent its last full report.
    pub last_seen: String,
    /// `Windows11`, `macOS`, `Ubuntu`, …
    pub os_platform: String,
    /// The platform's version, such as `24H2`.
    pub version: String,
    /// `x64` or `arm64`.
    pub os_processor: String,
    /// `64-bit`.
    pub os_architecture: String,
    /// The platform's build.
    pub os_build: Option<i64>,
    /// Internal address.
    pub last_ip_address: Option<String>,
    /// External address.
    pub last_external_ip_address: Option<String>,
    /// Addresses of every interface.
    pub ip_addresses: Vec<IpAddress>,
    /// `Active`, `Inactive`, …
    pub health_status: String,
    /// `Onboarded`, `CanBeOnboarded`, …
    pub onboarding_status: String,
    /// Device group.
    pub rbac_group_id: i64,
    /// Device group.
    pub rbac_group_name: Option<String>,
    /// `None` to `High`.
    pub risk_score: Option<String>,
    /// `None` to `High`.
    pub exposure_level: Option<String>,
    /// `Low`, `Normal` or `High`.
    pub device_value: Option<String>,
    /// The device's object in Entra; only where it is joined.
    pub aad_device_id: Option<String>,
    /// Whether the device is joined.
    pub is_aad_joined: bool,
    /// Tags.
    pub machine_tags: Vec<String>,
    /// Whether the record is believed to double another.
    pub is_potential_duplication: bool,
    /// Whether the record was excluded in the portal.
    pub is_excluded: bool,
    /// Why it was, such as `DuplicateDevice`.
    pub exclusion_reason: Option<String>,
    /// The record this one was merged into.
    pub merged_into_machine_id: Option<String>,

    /// Whether the device can be reached. Not part of the API.
    #[serde(skip_serializing)]
    pub online: bool,
    /// Members that the record lacks: the service leaves out what it does not know. Not part of the
    /// API.
    #[serde(skip_serializing)]
    pub lacks: Vec<String>,
    /// Files that a live response can fetch, path to content. Not part of the API.
    #[serde(skip_serializing)]
    pub files: BTreeMap<String, String>,
}

/// One address of one interface.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct IpAddress {
    /// The address.
    pub ip_address: String,
    /// The interface's address.
    #[serde(default)]
    pub mac_address: Option<String>,
    /// `Ethernet`, `Wireless80211`, …
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    /// `Up` or `Down`.
    #[serde(default)]
    pub operational_status: Option<String>,
}

impl Default for Machine {
    fn default() -> Self {
        let now = OffsetDateTime::now_utc();
        Self {
            id: String::new(),
            computer_dns_name: String::new(),
            first_seen: api_timestamp(now - Duration::days(90)),
            last_seen: api_timestamp(now - Duration::hours(2)),
            os_platform: "Windows11".to_owned(),
            version: "24H2".to_owned(),
            os_processor: "x64".to_owned(),
            os_architecture: "64-bit".to_owned(),
            os_build: Some(26100),
            last_ip_address: None,
            last_external_ip_address: Some("203.0.113.25".to_owned()),
            ip_addresses: Vec::new(),
            health_status: "Active".to_owned(),
            onboarding_status: "Onboarded".to_owned(),
            rbac_group_id: 0,
            rbac_group_name: None,
            risk_score: Some("None".to_owned()),
            exposure_level: Some("Low".to_owned()),
            device_value: Some("Normal".to_owned()),
            aad_device_id: None,
            is_aad_joined: false,
            machine_tags: Vec::new(),
            is_potential_duplication: false,
            is_excluded: false,
            exclusion_reason: None,
            merged_into_machine_id: None,
            online: true,
            lacks: Vec::new(),
            files: BTreeMap::new(),
        }
    }
}

impl Machine {
    /// A device of the default kind with this id, name and internal address.
    pub fn new(id: impl Into<String>, name: impl Into<String>, ip: impl Into<String>) -> Self {
        let ip = ip.into();
        Self {
            id: id.into(),
            computer_dns_name: name.into(),
            last_ip_address: Some(ip.clone()),
            ip_addresses: vec![IpAddress {
                ip_address: ip,
                mac_address: Some("00155D0A1B2C".to_owned()),
                kind: Some("Ethernet".to_owned()),
                operational_status: Some("Up".to_owned()),
            }],
            ..Self::default()
        }
    }

    /// The record as the API gives it.
    pub(super) fn record(&self) -> Value {
        let mut record = serde_json::to_value(self).unwrap_or_default();
        if let Value::Object(members) = &mut record {
            members.retain(|name, _| !self.lacks.contains(name));
        }
        record
    }

    /// Whether the platform is a Windows, for clients or for servers.
    pub(super) fn is_windows(&self) -> bool {
        self.os_platform.starts_with("Windows")
    }

    /// Whether the platform is a Linux distribution: neither Windows nor macOS.
    pub(super) fn is_linux(&self) -> bool {
        !self.is_windows() && self.os_platform != "macOS"
    }

    /// Whether the sensor reports to the tenant.
    pub(super) fn is_onboarded(&self) -> bool {
        self.onboarding_status.eq_ignore_ascii_case("Onboarded")
    }
}
