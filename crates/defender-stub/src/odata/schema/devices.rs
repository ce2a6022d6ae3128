//! Devices, their actions and their software.

use super::{Kind, Property, Schema, filterable, plain};

/// A device; filterable as the list operation's page says.
pub(crate) const MACHINE: Schema = Schema::new("Machine", &USUAL);

/// A device where Entra IDs have type `Edm.Guid`: literals are unquoted, and texts are refused.
pub(crate) const MACHINE_OF_GUIDS: Schema = Schema::new("Machine", &OF_GUIDS);

const USUAL: [Property; 26] = machine(Kind::Guid);
const OF_GUIDS: [Property; 26] = machine(Kind::BareGuid);

const fn machine(entra: Kind) -> [Property; 26] {
    [
        filterable("id", Kind::Text),
        filterable("computerDnsName", Kind::Text),
        plain("firstSeen", Kind::Date),
        filterable("lastSeen", Kind::Date),
        filterable("osPlatform", Kind::Text),
        filterable("version", Kind::Text),
        plain("osProcessor", Kind::Text),
        plain("osArchitecture", Kind::Text),
        plain("osBuild", Kind::Number),
        filterable("lastIpAddress", Kind::Text),
        plain("lastExternalIpAddress", Kind::Text),
        plain("ipAddresses", Kind::Complex),
        filterable("healthStatus", Kind::Text),
        filterable("onboardingStatus", Kind::Text),
        filterable("rbacGroupId", Kind::Group),
        plain("rbacGroupName", Kind::Text),
        filterable("riskScore", Kind::Text),
        filterable("exposureLevel", Kind::Text),
        filterable("deviceValue", Kind::Text),
        filterable("aadDeviceId", entra),
        plain("isAadJoined", Kind::Bool),
        filterable("machineTags", Kind::Texts),
        plain("isPotentialDuplication", Kind::Bool),
        plain("isExcluded", Kind::Bool),
        plain("exclusionReason", Kind::Text),
        plain("mergedIntoMachineId", Kind::Text),
    ]
}

/// A machine action; filterable as the list operation's page says.
pub(crate) const MACHINE_ACTION: Schema = Schema::new(
    "MachineAction",
    &[
        filterable("id", Kind::Guid),
        filterable("type", Kind::Text),
        plain("title", Kind::Text),
        plain("scope", Kind::Text),
        filterable("requestor", Kind::Text),
        plain("requestorComment", Kind::Text),
        plain("requestSource", Kind::Text),
        plain("externalId", Kind::Text),
        filterable("status", Kind::Text),
        filterable("machineId", Kind::Text),
        plain("computerDnsName", Kind::Text),
        filterable("creationDateTimeUtc", Kind::Date),
        plain("lastUpdateDateTimeUtc", Kind::Date),
        plain("cancellationRequestor", Kind::Text),
        plain("cancellationComment", Kind::Text),
        plain("cancellationDateTimeUtc", Kind::Date),
        plain("errorHResult", Kind::Number),
        plain("relatedFileInfo", Kind::Complex),
        plain("commands", Kind::Complex),
        plain("troubleshootInfo", Kind::Text),
    ],
);

/// A library file. No filter is documented.
pub(crate) const LIBRARY_FILE: Schema = Schema::new(
    "LibraryFile",
    &[
        plain("fileName", Kind::Text),
        plain("sha256", Kind::Text),
        plain("description", Kind::Text),
        plain("creationTime", Kind::Date),
        plain("lastUpdatedTime", Kind::Date),
        plain("createdBy", Kind::Text),
        plain("hasParameters", Kind::Bool),
        plain("parametersDescription", Kind::Text),
    ],
);

/// A user. No filter is documented.
pub(crate) const USER: Schema = Schema::new(
    "User",
    &[
        plain("id", Kind::Text),
        plain("accountName", Kind::Text),
        plain("accountDomain", Kind::Text),
        plain("firstSeen", Kind::Date),
        plain("lastSeen", Kind::Date),
        plain("logonTypes", Kind::Text),
        plain("isDomainAdmin", Kind::Bool),
        plain("isOnlyNetworkUser", Kind::Bool),
    ],
);
