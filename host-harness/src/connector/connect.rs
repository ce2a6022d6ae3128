//! A connector that may call what its settings call for.

use super::Connector;
use crate::common::Settings;
use crate::{CallError, Configured, Harness, HostError};

impl Harness {
    /// A connector of the embedded component with these settings and secrets in force, both JSON, that may call the origins that they
    /// call for, beside those that the harness allows. `id` is the host's own name for it.
    ///
    /// The component that the library carries is trusted to name these origins. For one of somebody else's, configure a connector, look at
    /// [`Configured::origins`], and let out what you trust it with: [`Egress::allowing`](crate::egress::Egress::allowing) and
    /// [`Harness::with_egress`].
    ///
    /// # Errors
    ///
    /// The connector's own: `InvalidConfig` if the settings or secrets are wrong. [`HostError::NotEmbedded`] if the component is somebody
    /// else's, and `InvalidSetting` if there are no authorities to trust for https.
    pub async fn connect(&self, id: impl Into<String>, config: &str, secrets: &str) -> Result<Connector, CallError> {
        if !self.is_embedded() {
            return Err(HostError::NotEmbedded.into());
        }
        let closed = self.connector(id);
        let configured = closed.configure(config, secrets).await?;
        let connector = self.opened(&closed, &configured)?;
        connector.shared.common.configure(Settings::new(config, secrets));
        Ok(connector)
    }

    fn opened(&self, closed: &Connector, configured: &Configured) -> Result<Connector, HostError> {
        let egress = self.egress().allowing(configured.origins.iter().map(|origin| origin.pattern.as_str()))?;
        Ok(self.with_egress(egress).connector(closed.id()))
    }
}
