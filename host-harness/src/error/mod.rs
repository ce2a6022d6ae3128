//! Errors of calls: raised by the connector or by the host.
//!
//! Each message is complete and includes its cause; [`std::error::Error::source`] gives programs
//! access to the cause.

mod cause;
mod host;

pub use cause::Cause;
pub use host::{HostError, TimeLimit};

use std::time::Duration;

use crate::PluginError;
use crate::bindings::types;

/// Why a call on a connector failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// The connector returned an error.
    #[error(transparent)]
    Plugin(Box<PluginError>),
    /// The host's secret source failed: see
    /// [`Connector::configure_with`](crate::Connector::configure_with). Nothing was sent.
    #[error("the secrets could not be had: {0}")]
    Secrets(#[source] Cause),
    /// The host could not complete the call.
    #[error(transparent)]
    Host(#[from] HostError),
}

impl From<PluginError> for CallError {
    fn from(error: PluginError) -> Self {
        Self::Plugin(Box::new(error))
    }
}

impl From<types::Error> for CallError {
    fn from(error: types::Error) -> Self {
        PluginError::from(error).into()
    }
}

impl CallError {
    /// Returns the connector's own error, if this is one.
    pub fn plugin(&self) -> Option<&PluginError> {
        match self {
            Self::Plugin(error) => Some(error),
            Self::Secrets(_) | Self::Host(_) => None,
        }
    }

    /// Whether the service is rate limiting: see [`CallError::retry_after`].
    pub fn is_throttled(&self) -> bool {
        self.plugin().is_some_and(PluginError::is_throttled)
    }

    /// How long to wait before retrying the same call; `None` if a retry would not help or the call
    /// may have been carried out.
    pub fn retry_after(&self) -> Option<Duration> {
        self.plugin().and_then(PluginError::retry_after)
    }

    /// Whether the call may have been carried out despite the error: check before you retry it.
    pub fn may_have_been_carried_out(&self) -> bool {
        match self {
            Self::Plugin(error) => error.may_have_been_carried_out(),
            Self::Secrets(_) => false,
            Self::Host(error) => error.may_have_been_carried_out(),
        }
    }
}
