//! What the host itself knows of a call, added to what the connector says.

use plugin_egress::CallReport;

use super::Connector;
use crate::contract::Facts;
use crate::{PluginError, Refusal};

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
