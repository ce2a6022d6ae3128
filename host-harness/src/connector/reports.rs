//! What the host itself knows of a call, added to what the connector says.

use plugin_egress::{CallReport, Reason};

use super::Connector;
use crate::operation::Facts;
use crate::{Outcome, PluginError, Refusal, RefusalReason, Warning};

impl Connector {
    /// Says where the connector signs in.
    pub(super) fn signs_in_at(&self, origins: &[String]) {
        self.shared.sign_ins.set_origins(origins.iter().map(String::as_str));
    }

    /// Returns what the host knows of a step. A trusted component says itself what it has sent, and
    /// knows more: whether the service's records show it.
    pub(super) fn facts(&self, report: CallReport) -> Facts {
        let changes_sent = report.may_have_changed && !self.shared.host.is_trusted();
        Facts { changes_sent, refused: refusals(report) }
    }

    /// Adds the same to the error of a call.
    pub(super) fn amended(&self, error: PluginError, report: CallReport) -> PluginError {
        self.facts(report).added_to(error)
    }
}

pub(super) fn refusals(report: CallReport) -> Vec<Refusal> {
    report.refused.into_iter().map(Refusal::from).collect()
}

/// Adds a warning for each request that was refused.
pub(crate) fn with_warnings(mut outcome: Outcome, refused: &[Refusal]) -> Outcome {
    let warnings = refused.iter().map(|refusal| Warning {
        code: "request-refused".to_owned(),
        message: format!("The host refused a request: {refusal}."),
        details: serde_json::to_string(refusal).ok(),
    });
    // Those of earlier steps may be there already.
    let new: Vec<Warning> = warnings.filter(|it| !outcome.warnings.contains(it)).collect();
    outcome.warnings.extend(new);
    outcome
}

impl From<plugin_egress::Refusal> for Refusal {
    fn from(from: plugin_egress::Refusal) -> Self {
        let reason = match from.reason {
            Reason::Origin => RefusalReason::Origin,
            Reason::Method => RefusalReason::Method,
            Reason::Path => RefusalReason::Path,
            Reason::ReadsOnly => RefusalReason::ReadsOnly,
            Reason::Uri => RefusalReason::Uri,
            Reason::Limit => RefusalReason::Limit,
        };
        Self { method: from.method, origin: from.origin, path: from.path, reason }
    }
}
