//! What several families of actions return, and the permissions to read it.

use super::Roles;
use super::fields::{TEXT_OR_NULL, values};
use crate::schema::{Field, Kind};

/// Permissions to read machines and machine actions.
pub(crate) const READ_MACHINES: Roles = &[&["Machine.Read.All", "Machine.ReadWrite.All"]];

/// A machine as the service returns it.
pub(crate) static MACHINE: Kind = MACHINE_RECORD;

/// A machine as the service returns it.
pub(crate) const MACHINE_RECORD: Kind = Kind::Open(&[
    Field::required("id", &Kind::AnyText, "Device ID."),
    Field::optional("computerDnsName", &TEXT_OR_NULL, "Fully qualified name."),
    Field::optional("osPlatform", &TEXT_OR_NULL, "Operating system."),
    Field::optional("healthStatus", &TEXT_OR_NULL, "State of the sensor."),
    Field::optional("onboardingStatus", &TEXT_OR_NULL, "Whether it is onboarded."),
    Field::optional("lastSeen", &TEXT_OR_NULL, "Time of the last full report, UTC."),
    Field::optional("lastIpAddress", &TEXT_OR_NULL, "Last internal IP address."),
    Field::optional("riskScore", &TEXT_OR_NULL, "Risk."),
    Field::optional("exposureLevel", &TEXT_OR_NULL, "Exposure."),
]);

/// A list of machines as the service returns it.
pub(crate) static MACHINES: Kind = Kind::Open(&[values!(&MACHINE)]);

/// Permissions to read alerts and investigations.
pub(crate) const READ_ALERTS: Roles = &[&["Alert.Read.All", "Alert.ReadWrite.All"]];

/// An alert as the service returns it.
pub(crate) static ALERT: Kind = Kind::Open(&[
    Field::required("id", &Kind::AnyText, "Alert ID."),
    Field::optional("title", &TEXT_OR_NULL, "Title."),
    Field::optional("severity", &TEXT_OR_NULL, "Severity."),
    Field::optional("status", &TEXT_OR_NULL, "Status."),
    Field::optional("classification", &TEXT_OR_NULL, "Classification."),
    Field::optional("determination", &TEXT_OR_NULL, "Determination."),
    Field::optional("assignedTo", &TEXT_OR_NULL, "Owner."),
    Field::optional("category", &TEXT_OR_NULL, "Category."),
    Field::optional("machineId", &TEXT_OR_NULL, "Device ID of the machine."),
    Field::optional("alertCreationTime", &TEXT_OR_NULL, "Creation time."),
]);

/// A list of alerts as the service returns it.
pub(crate) static ALERTS: Kind = Kind::Open(&[values!(&ALERT)]);

pub(crate) const READ_USERS: Roles = &[&["User.Read.All"]];

/// A user as the service returns it.
pub(crate) static USER: Kind = Kind::Open(&[
    Field::required("id", &Kind::AnyText, "Domain and name."),
    Field::optional("accountName", &TEXT_OR_NULL, "Name."),
    Field::optional("accountDomain", &TEXT_OR_NULL, "Domain."),
    Field::optional("logonTypes", &TEXT_OR_NULL, "How the user logged on."),
    Field::optional("lastSeen", &TEXT_OR_NULL, "When the user was last seen."),
]);

/// A list of users as the service returns it.
pub(crate) static USERS: Kind = Kind::Open(&[values!(&USER)]);

pub(crate) const READ_FILES: Roles = &[&["File.Read.All"]];

/// A file as the service returns it.
pub(crate) static FILE: Kind = Kind::Open(&[
    Field::required("sha1", &TEXT_OR_NULL, "SHA-1."),
    Field::optional("sha256", &TEXT_OR_NULL, "SHA-256."),
    Field::optional("globalPrevalence", &Kind::Any, "How often it was seen worldwide."),
    Field::optional("fileType", &TEXT_OR_NULL, "Type."),
    Field::optional("signer", &TEXT_OR_NULL, "Who signed it."),
    Field::optional("determinationType", &TEXT_OR_NULL, "Verdict."),
]);

/// What names a file where the service takes its SHA-1 only.
pub(crate) const SHA1_OR_SHA256: &str =
    "SHA-1 of the file, or its SHA-256: then `getFileInfo` is asked for the SHA-1 first.";

pub(crate) const READ_ADDRESSES: Roles = &[&["Ip.Read.All"]];

pub(crate) const READ_DOMAINS: Roles = &[&["URL.Read.All"]];
