//! Actions that no verb stands for.

use super::INDICATOR;
use super::make::{act, change, policy};
use super::row::{Row, Subject};

/// Actions that no verb stands for, and of which more than the catalogue says is known.
pub(super) const WITHOUT_VERB: &[Row] = &[
    act(("", ""), "", "runLiveResponse"),
    Row { look: ("run getInvestigations", "machineId"), ..act(("", ""), "", "startInvestigation") },
    policy("", "", (INDICATOR, Subject::NewIndicator)),
    policy("", "", ("deleteIndicator", Subject::StoredIndicators)),
    change("addTag", ("run getAgentDetails", "id")),
    change("removeTag", ("run getAgentDetails", "id")),
    change("setTags", ("run getAgentDetails", "id")),
    change("setDeviceValue", ("run getAgentDetails", "id")),
    change("updateAlert", ("run getAlert", "id")),
    change("updateAlerts", ("run getAlert", "id")),
    change("createAlert", ("alerts --since 1h", "")),
];
