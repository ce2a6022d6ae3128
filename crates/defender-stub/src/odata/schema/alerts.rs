//! Alerts, related entities, indicators and investigations.

use super::{Kind, Schema, filterable, plain};

/// An alert; filterable as the list operation's page says.
pub(crate) const ALERT: Schema = Schema {
    name: "Alert",
    properties: &[
        filterable("id", Kind::Text),
        filterable("incidentId", Kind::Group),
        filterable("investigationId", Kind::Group),
        filterable("assignedTo", Kind::Text),
        filterable("severity", Kind::Text),
        filterable("status", Kind::Text),
        plain("classification", Kind::Text),
        plain("determination", Kind::Text),
        plain("investigationState", Kind::Text),
        filterable("detectionSource", Kind::Text),
        plain("detectorId", Kind::Text),
        filterable("category", Kind::Text),
        plain("threatFamilyName", Kind::Text),
        plain("threatName", Kind::Text),
        plain("title", Kind::Text),
        plain("description", Kind::Text),
        filterable("alertCreationTime", Kind::Date),
        plain("firstEventTime", Kind::Date),
        filterable("lastEventTime", Kind::Date),
        filterable("lastUpdateTime", Kind::Date),
        plain("resolvedTime", Kind::Date),
        plain("machineId", Kind::Text),
        plain("computerDnsName", Kind::Text),
        plain("rbacGroupName", Kind::Text),
        plain("aadTenantId", Kind::Text),
        plain("mitreTechniques", Kind::Texts),
        plain("relatedUser", Kind::Complex),
        plain("loggedOnUsers", Kind::Complex),
        plain("comments", Kind::Complex),
        plain("evidence", Kind::Complex),
    ],
    expandable: &["evidence"],
};

/// An incident, which Graph alone has; filterable as the list operation's page says.
pub(crate) const INCIDENT: Schema = Schema {
    name: "incident",
    properties: &[
        plain("id", Kind::Text),
        filterable("assignedTo", Kind::Text),
        filterable("classification", Kind::Text),
        filterable("createdDateTime", Kind::Date),
        filterable("determination", Kind::Text),
        plain("displayName", Kind::Text),
        filterable("lastUpdateDateTime", Kind::Date),
        plain("redirectIncidentId", Kind::Text),
        filterable("severity", Kind::Text),
        filterable("status", Kind::Text),
        plain("alerts", Kind::Complex),
    ],
    expandable: &["alerts"],
};

/// An indicator; filterable as the list operation's page says.
pub(crate) const INDICATOR: Schema = Schema::new(
    "Indicator",
    &[
        plain("id", Kind::Text),
        filterable("indicatorValue", Kind::Text),
        filterable("indicatorType", Kind::Text),
        filterable("action", Kind::Text),
        filterable("application", Kind::Text),
        plain("source", Kind::Text),
        plain("sourceType", Kind::Text),
        filterable("title", Kind::Text),
        plain("description", Kind::Text),
        plain("recommendedActions", Kind::Text),
        filterable("severity", Kind::Text),
        filterable("generateAlert", Kind::Bool),
        filterable("createdBy", Kind::Text),
        filterable("createdByDisplayName", Kind::Text),
        plain("createdBySource", Kind::Text),
        filterable("creationTimeDateTimeUtc", Kind::Date),
        filterable("expirationTime", Kind::Date),
        plain("lastUpdateTime", Kind::Date),
        plain("lastUpdatedBy", Kind::Text),
        filterable("rbacGroupNames", Kind::Texts),
        filterable("rbacGroupIds", Kind::Texts),
        plain("externalId", Kind::Text),
        plain("educateUrl", Kind::Text),
    ],
);

/// An automated investigation; filterable as the list operation's page says.
pub(crate) const INVESTIGATION: Schema = Schema::new(
    "Investigation",
    &[
        filterable("id", Kind::Text),
        filterable("startTime", Kind::Date),
        plain("endTime", Kind::Date),
        filterable("state", Kind::Text),
        plain("cancelledBy", Kind::Text),
        plain("statusDetails", Kind::Text),
        filterable("machineId", Kind::Text),
        plain("computerDnsName", Kind::Text),
        filterable("triggeringAlertId", Kind::Text),
    ],
);

/// A file. No filter is documented.
pub(crate) const FILE: Schema = Schema::new(
    "File",
    &[
        plain("sha1", Kind::Text),
        plain("sha256", Kind::Text),
        plain("globalPrevalence", Kind::Number),
        plain("size", Kind::Number),
    ],
);

/// An address. No filter is documented.
pub(crate) const IP: Schema = Schema::new("IpAddress", &[plain("id", Kind::Text)]);

/// A domain. No filter is documented.
pub(crate) const DOMAIN: Schema = Schema::new("Domain", &[plain("host", Kind::Text)]);
