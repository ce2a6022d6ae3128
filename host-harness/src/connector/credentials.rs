//! Gives the component stand-ins for its secrets.

use plugin_egress::InjectionPoints;

use super::Connector;
use crate::common::Settings;
use crate::injection::{GivenSecrets, Injection};
use crate::{Configured, HostError};

impl Connector {
    /// Returns the origins at which the host puts in this connector's credentials; `None` if the
    /// component has them. See [`HostBuilder::inject_credentials`](crate::HostBuilder).
    pub fn injection_points(&self) -> Option<InjectionPoints> {
        self.shared.credentials.as_ref().map(plugin_egress::Credentials::points)
    }

    /// Returns the settings as the component gets them.
    pub(super) fn with_stand_ins(
        &self,
        settings: Settings,
    ) -> Result<(Settings, Option<GivenSecrets>), HostError> {
        let Some(credentials) = &self.shared.credentials else { return Ok((settings, None)) };
        let given = GivenSecrets::new(credentials, &settings.secrets)?;
        let settings = Settings { secrets: given.json.clone(), ..settings };
        Ok((settings, Some(given)))
    }

    /// Puts in the secrets of settings that the component has accepted.
    pub(super) fn inject(
        &self,
        given: Option<GivenSecrets>,
        configured: &Configured,
    ) -> Result<(), HostError> {
        let (host, credentials) = (self.host(), self.shared.credentials.as_ref());
        let (Some(given), Some(credentials), Some(injection)) =
            (given, credentials, host.injection())
        else {
            return Ok(());
        };
        let points = match injection {
            Injection::AsDeclared if given.is_empty => InjectionPoints::default(),
            injection => injection
                .points(host.is_trusted(), host.egress(), &configured.origins, given.signs_in)
                .map_err(|problem| HostError::Credentials { problem })?,
        };
        credentials.inject_at(points);
        credentials.keep(given.set);
        Ok(())
    }
}
