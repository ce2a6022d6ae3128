//! Creates connectors. Of a trusted component, the allowed origins are derived from its config.

use super::Connector;
use crate::{CallError, Configured, Host, HostError, Secrets};

impl Host {
    /// Creates a connector of this component. `id` is the host's own name for it; the first call
    /// creates an instance.
    pub fn connector(&self, id: impl Into<String>) -> Connector {
        Connector::new(self.clone(), id.into())
    }

    /// Creates a connector of a trusted component with this config and these secrets (both JSON).
    /// It may call the origins that they require, in addition to those that the host allows. `id`
    /// is the host's own name for it.
    ///
    /// The component must be [trusted](crate::HostBuilder::trusted) to choose these origins. For an
    /// untrusted one, configure a connector, inspect [`Configured::origins`], and allow those you
    /// accept: [`Egress::allowing`](crate::egress::Egress::allowing) and [`Host::with_egress`].
    ///
    /// # Errors
    ///
    /// The connector's own: `InvalidConfig` if the config or secrets are wrong.
    /// [`HostError::NotTrusted`] if the component is not trusted, and `InvalidSetting` if no
    /// certificate authority is trusted for https.
    pub async fn connect(
        &self,
        id: impl Into<String>,
        config: &str,
        secrets: &str,
    ) -> Result<Connector, CallError> {
        if !self.is_trusted() {
            return Err(HostError::NotTrusted.into());
        }
        let closed = self.connector(id);
        let configured = closed.configure(config, secrets).await?;
        self.let_out(&closed, &configured).await
    }

    /// Like [`Host::connect`], but gets the secrets from `ask`, now and each time they have
    /// expired.
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

    async fn let_out(
        &self,
        closed: &Connector,
        configured: &Configured,
    ) -> Result<Connector, CallError> {
        let egress = self
            .egress()
            .allowing(configured.origins.iter().map(|origin| origin.pattern.as_str()))
            .map_err(HostError::from)?;
        let connector = self.with_egress(egress).connector(closed.id());
        connector.take_over(closed).await;
        Ok(connector)
    }
}
