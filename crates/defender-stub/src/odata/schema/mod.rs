//! Which properties an entity has, of what type, and which of them can be filtered on.

mod alerts;
mod devices;
mod vulnerability;

pub(crate) use alerts::{ALERT, DOMAIN, FILE, INCIDENT, INDICATOR, INVESTIGATION, IP};
pub(crate) use devices::{LIBRARY_FILE, MACHINE, MACHINE_ACTION, MACHINE_OF_GUIDS, USER};
pub(crate) use vulnerability::{
    DISTRIBUTION, MACHINE_REFERENCE, MACHINE_VULNERABILITY, MISSING_UPDATE, RECOMMENDATION,
    REMEDIATION_TASK, SCORE, SOFTWARE, VULNERABILITY,
};

/// An entity's type.
#[derive(Debug)]
pub(crate) struct Schema {
    name: &'static str,
    properties: &'static [Property],
    /// Properties that stay empty unless `$expand` asks for them.
    pub(crate) expandable: &'static [&'static str],
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
    /// Literals may be quoted or not.
    Guid,
    /// Literals must not be quoted.
    BareGuid,
    /// A number that the documents call a text: literals may be quoted or not (undocumented).
    Group,
    Number,
    Bool,
    Date,
    Texts,
    /// Complex: not filterable or sortable.
    Complex,
}

impl Kind {
    /// Whether lists can be sorted by it.
    pub(crate) fn is_scalar(self) -> bool {
        !matches!(self, Self::Texts | Self::Complex)
    }
}

impl Schema {
    const fn new(name: &'static str, properties: &'static [Property]) -> Self {
        Self { name, properties, expandable: &[] }
    }

    /// The property with this name, or the service's error message. The documentation of alerts
    /// writes the first letter of one property in another case than alerts do.
    pub(crate) fn property(&self, name: &str) -> Result<&'static Property, String> {
        let meant = if name == "InvestigationId" { "investigationId" } else { name };
        self.properties.iter().find(|property| property.name == meant).ok_or_else(|| {
            let namespace = match self.name {
                "incident" => "microsoft.graph.security",
                _ => "microsoft.windowsDefenderATP.api",
            };
            format!("Could not find a property named '{name}' on type '{namespace}.{}'.", self.name)
        })
    }
}

const fn filterable(name: &'static str, kind: Kind) -> Property {
    Property { name, kind, is_filterable: true }
}

const fn plain(name: &'static str, kind: Kind) -> Property {
    Property { name, kind, is_filterable: false }
}
