//! What can go wrong: the connector says so, or the host has to.
//!
//! Each message is complete, with its cause; [`std::error::Error::source`] has the cause for programs.

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
    /// The connector answered with an error.
    #[error(transparent)]
    Plugin(Box<PluginError>),
    /// The host's source of secrets failed: see [`Connector::configure_with`](crate::Connector::configure_with). Nothing was sent.
    #[error("the secrets could not be had: {0}")]
    Secrets(#[source] Cause),
    /// The connector could not answer.
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
    /// The connector's own error, if it is one.
    pub fn plugin(&self) -> Option<&PluginError> {
        match self {
            Self::Plugin(error) => Some(error),
            Self::Secrets(_) | Self::Host(_) => None,
        }
    }

    /// Whether the service wants fewer calls: see [`CallError::retry_after`].
    pub fn is_throttled(&self) -> bool {
        self.plugin().is_some_and(PluginError::is_throttled)
    }

    /// How long to wait before the same call may be made again; `None` if that would not help, or if it may have been carried out.
    pub fn retry_after(&self) -> Option<Duration> {
        self.plugin().and_then(PluginError::retry_after)
    }

    /// Whether the call may have been carried out all the same: look before you repeat it.
    pub fn may_have_been_carried_out(&self) -> bool {
        match self {
            Self::Plugin(error) => error.may_have_been_carried_out(),
            Self::Secrets(_) => false,
            Self::Host(error) => error.may_have_been_carried_out(),
        }
    }
}
