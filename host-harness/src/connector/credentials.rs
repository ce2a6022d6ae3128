//! Gives the component stand-ins for its secrets.

use plugin_egress::InjectionPoints;

use super::Connector;
use crate::common::Settings;
use crate::injection::{GivenSecrets, Injection};
use crate::{Configured, HostError, Origin};

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

    /// Puts in the secrets of settings that the component has accepted. If they are other settings
    /// than before, rather than renewed secrets, tokens of before end too. Calls in progress have
    /// the time of a call.
    pub(super) fn inject(
        &self,
        given: Option<GivenSecrets>,
        configured: &Configured,
        is_other: bool,
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
        let time = host.limits().call_time;
        credentials.keep(given.set, time);
        if is_other {
            credentials.end_tokens(time);
        }
        Ok(())
    }

    /// Checks that a component which is not trusted keeps to the origins that it asked for first:
    /// its operator has looked at those.
    ///
    /// # Errors
    ///
    /// `OtherOrigins` with the new ones.
    pub(super) fn check_origins(&self, configured: &Configured) -> Result<(), HostError> {
        let Some(first) = self.shared.origins.get() else { return Ok(()) };
        let is_new = |origin: &&Origin| !first.iter().any(|known| is_same(known, origin));
        let new: Vec<String> = configured
            .origins
            .iter()
            .filter(is_new)
            .map(|Origin { pattern, purpose, .. }| format!("{pattern} ({purpose})"))
            .collect();
        match new.is_empty() || self.host().is_trusted() {
            true => Ok(()),
            false => Err(HostError::OtherOrigins { origins: new.join(", ") }),
        }
    }
}

fn is_same(one: &Origin, other: &Origin) -> bool {
    (&one.pattern, &one.purpose) == (&other.pattern, &other.purpose)
}
