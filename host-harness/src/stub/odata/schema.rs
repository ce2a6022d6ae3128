//! Which properties an entity has, of what type, and which of them can be filtered on.

/// An entity's type.
#[derive(Debug)]
pub(crate) struct Schema {
    name: &'static str,
    properties: &'static [Property],
}

/// A property.
#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) is_filterable: bool,
}

/// A property's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    /// Filtered with or without quotes.
    Guid,
    /// A number that the documents call a text: filtered with or without quotes (undocumented).
    Group,
    Number,
    Bool,
    Date,
    Texts,
    /// Complex: neither filtered nor ordered by.
    Complex,
}

impl Kind {
    /// Whether lists can be ordered by it.
    pub(crate) fn is_scalar(self) -> bool {
        !matches!(self, Self::Texts | Self::Complex)
    }
}

impl Schema {
    /// The property of this name, or the service's complaint that there is none.
    pub(crate) fn property(&self, name: &str) -> Result<&'static Property, String> {
        self.properties.iter().find(|property| property.name == name).ok_or_else(|| {
            format!(
                "Could not find a property named '{name}' on type 'microsoft.windowsDefenderATP.api.{}'.",
                self.name
            )
        })
    }
}

const fn filterable(name: &'static str, kind: Kind) -> Property {
    Property { name, kind, is_filterable: true }
}

const fn plain(name: &'static str, kind: Kind) -> Property {
    Property { name, kind, is_filterable: false }
}

/// A device; filterable as the list operation's page says.
pub(crate) const MACHINE: Schema = Schema {
    name: "Machine",
    properties: &[
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
        filterable("aadDeviceId", Kind::Guid),
        plain("isAadJoined", Kind::Bool),
        filterable("machineTags", Kind::Texts),
        plain("isPotentialDuplication", Kind::Bool),
        plain("mergedIntoMachineId", Kind::Text),
    ],
};

/// A machine action; filterable as the list operation's page says.
pub(crate) const MACHINE_ACTION: Schema = Schema {
    name: "MachineAction",
    properties: &[
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
};

/// A library file. No filter is documented.
pub(crate) const LIBRARY_FILE: Schema = Schema {
    name: "LibraryFile",
    properties: &[
        plain("fileName", Kind::Text),
        plain("sha256", Kind::Text),
        plain("description", Kind::Text),
        plain("creationTime", Kind::Date),
        plain("lastUpdatedTime", Kind::Date),
        plain("createdBy", Kind::Text),
        plain("hasParameters", Kind::Bool),
        plain("parametersDescription", Kind::Text),
    ],
};
