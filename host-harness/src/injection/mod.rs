//! Credentials that stay with the host: where they are put in, and what the component gets.

mod snapshot;
mod stand_ins;

use plugin_egress::{Egress, InjectionPoints, InvalidSetting};

use crate::Origin;

pub(crate) use snapshot::Snapshot;
pub(crate) use stand_ins::GivenSecrets;

/// Where the host puts in the credentials of a component that does not get them: see
/// [`HostBuilder::inject_credentials`](crate::HostBuilder::inject_credentials).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Injection {
    /// At the origins that the component declares in `configure`: secrets where the purpose is
    /// `sign-in`, access tokens where it begins with `API`.
    ///
    /// Of a component that is not [trusted](crate::HostBuilder::trusted), only those that the
    /// egress allows by name, not by a pattern. It then chooses among them where its secrets go; to
    /// choose yourself, use [`Injection::At`].
    AsDeclared,
    /// At these origins, whatever the component declares.
    At(InjectionPoints),
}

/// The purpose of an origin that gets secrets, as the contract names it.
const SIGN_IN: &str = "sign-in";

/// The beginning of the purpose of an origin that gets access tokens.
const API: &str = "API";

impl Injection {
    /// Returns where to put them in before anything is declared.
    pub(crate) fn before_configure(&self) -> InjectionPoints {
        match self {
            Self::AsDeclared => InjectionPoints::default(),
            Self::At(points) => points.clone(),
        }
    }

    /// Returns where to put them in once the component has declared its origins.
    ///
    /// # Errors
    ///
    /// What is missing, in words, if the component could not sign in or call its API.
    pub(crate) fn points(
        &self,
        is_trusted: bool,
        egress: &Egress,
        declared: &[Origin],
        has_secret: bool,
    ) -> Result<InjectionPoints, String> {
        if let Self::At(points) = self {
            return Ok(points.clone());
        }
        let is_allowed = |origin: &&Origin| is_trusted || egress.names(&origin.pattern);
        let mut points = InjectionPoints::default();
        for Origin { pattern, purpose, .. } in declared.iter().filter(is_allowed) {
            let added: Result<InjectionPoints, InvalidSetting> = match purpose.as_str() {
                SIGN_IN => points.clone().sign_in(pattern),
                purpose if purpose.starts_with(API) => points.clone().api(pattern),
                _ => continue,
            };
            // An origin that must not get them gets none.
            points = added.unwrap_or(points);
        }
        let missing = |purpose: &str| {
            let is_it = |origin: &&Origin| origin.purpose.starts_with(purpose);
            let named: Vec<&str> =
                declared.iter().filter(is_it).map(|origin| origin.pattern.as_str()).collect();
            let problem = match named.as_slice() {
                [] => format!("the component declares no origin of the purpose `{purpose}`"),
                // What is not allowed gets no request at all.
                named if !named.iter().any(|origin| egress.covers(origin)) => return Ok(()),
                named => format!(
                    "the component declares {} for the purpose `{purpose}`, which must be https and named in the allow-list, not covered by a pattern",
                    named.join(", ")
                ),
            };
            Err(problem)
        };
        if has_secret && points.sign_in_origins().is_empty() {
            missing(SIGN_IN)?;
        }
        if points.api_origins().is_empty() {
            missing(API)?;
        }
        Ok(points)
    }
}
