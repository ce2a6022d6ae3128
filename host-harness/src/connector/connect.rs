//! A connector that may call what its settings call for.

use super::Connector;
use crate::{CallError, Configured, Host, HostError, Secrets};

impl Host {
    /// A connector of a trusted component with these settings and secrets in force, both JSON, that may call the origins that they
    /// need, in addition to those that the host allows. `id` is the host's own name for it.
    ///
    /// The component must be [trusted](crate::HostBuilder::trusted) to name these origins. For one that is not, configure a connector,
    /// look at [`Configured::origins`], and allow what you trust it with: [`Egress::allowing`](crate::egress::Egress::allowing)
    /// and [`Host::with_egress`].
    ///
    /// # Errors
    ///
    /// The connector's own: `InvalidConfig` if the settings or secrets are wrong. [`HostError::NotTrusted`] if the component is not
    /// trusted, and `InvalidSetting` if there are no authorities to trust for https.
    pub async fn connect(&self, id: impl Into<String>, config: &str, secrets: &str) -> Result<Connector, CallError> {
        if !self.is_trusted() {
            return Err(HostError::NotTrusted.into());
        }
        let closed = self.connector(id);
        let configured = closed.configure(config, secrets).await?;
        self.let_out(&closed, &configured).await
    }

    /// The same with secrets that `ask` gives, now and whenever those it gave have run out.
    ///
    /// # Errors
    ///
    /// As [`Host::connect`] and [`Connector::configure_with`].
    pub async fn connect_with<F, A, S, E>(
        &self,
        id: impl Into<String>,
        config: &str,
        ask: F,
    ) -> Result<Connector, CallError>
    where
        F: Fn() -> A + Send + Sync + 'static,
        A: Future<Output = Result<S, E>> + Send + 'static,
        S: Into<Secrets>,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        if !self.is_trusted() {
            return Err(HostError::NotTrusted.into());
        }
        let closed = self.connector(id);
        let configured = closed.configure_with(config, ask).await?;
        self.let_out(&closed, &configured).await
    }

    async fn let_out(&self, closed: &Connector, configured: &Configured) -> Result<Connector, CallError> {
        let egress = self
            .egress()
            .allowing(configured.origins.iter().map(|origin| origin.pattern.as_str()))
            .map_err(HostError::from)?;
        let connector = self.with_egress(egress).connector(closed.id());
        connector.take_over(closed).await;
        Ok(connector)
    }
}
