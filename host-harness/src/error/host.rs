//! What the host could not do, and why it ended an instance.

use std::time::Duration;

use super::Cause;

/// Why the host could not do its part, or had to end an instance.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// A setting of the host is wrong. `value` never holds a secret.
    #[error("`{setting}` is {value:?}: {problem}")]
    InvalidSetting {
        /// The builder's method.
        setting: &'static str,
        /// What was given.
        value: String,
        /// What is wrong with it and what is allowed.
        problem: String,
    },
    /// The runtime could not be set up.
    #[error("the WebAssembly runtime could not be set up: {0}")]
    Engine(#[source] Cause),
    /// The bytes are no component that this runtime can compile.
    #[error("the component could not be compiled: {0}")]
    Compile(#[source] Cause),
    /// The component does not fit the contract in `wit/`.
    #[error("this is not a plugin for this host: {0}")]
    NotAPlugin(#[source] Cause),
    /// A component of somebody else's was to get whatever origins it asks for.
    #[error(
        "the component is not the one that the library carries: configure a connector of it, look at the origins that it asks for, and \
         allow those that you trust it with"
    )]
    NotEmbedded,
    /// The component lacks an interface that is optional.
    #[error("the connector does not export `{interface}`")]
    NotExported {
        /// The interface's name within `connector:plugin`.
        interface: &'static str,
    },
    /// A new instance could not be made.
    #[error("an instance of the connector could not be made: {0}")]
    Instantiate(#[source] Cause),
    /// The component trapped. Its words, if it had any, are in [`Connector::stderr`](crate::Connector::stderr).
    #[error("the connector trapped in `{operation}`: {reason}")]
    Trapped {
        /// The function that was called.
        operation: &'static str,
        /// The trap's name, without addresses.
        reason: String,
    },
    /// The component used up its time and was ended.
    #[error("the connector was ended in `{operation}`: {limit} of {} s was up", .after.as_secs_f64())]
    OutOfTime {
        /// The function that was called.
        operation: &'static str,
        /// Which limit it was.
        limit: TimeLimit,
        /// The limit.
        after: Duration,
    },
    /// The component was refused memory and ended for want of it.
    #[error(
        "the connector was ended in `{operation}`: it needs more than the {limit_bytes} bytes of memory it may have"
    )]
    OutOfMemory {
        /// The function that was called.
        operation: &'static str,
        /// The limit, [`Limits::memory_bytes`](crate::Limits::memory_bytes).
        limit_bytes: usize,
    },
    /// The instance that a file was being read from has ended in the meantime.
    #[error("the file can't be read on: the instance that it was opened in has ended; open it again")]
    Gone,
}

impl HostError {
    /// Whether the component broke the sandbox's rules or itself, as opposed to the host's settings being wrong.
    pub fn is_plugin_fault(&self) -> bool {
        self.operation().is_some()
    }

    /// Whether what was asked for may have been carried out: the instance ended in a function that may send something. Look before you
    /// repeat the call.
    pub fn may_have_been_carried_out(&self) -> bool {
        self.operation().is_some_and(|operation| ["execute", "advance", "recover", "open"].contains(&operation))
    }

    /// The function that the instance ended in.
    fn operation(&self) -> Option<&'static str> {
        match self {
            Self::Trapped { operation, .. }
            | Self::OutOfTime { operation, .. }
            | Self::OutOfMemory { operation, .. } => Some(operation),
            _ => None,
        }
    }
}

/// Which of the two clocks ran out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TimeLimit {
    /// Time on the wall, waiting included: [`Limits::call_time`](crate::Limits::call_time).
    Call,
    /// Time spent computing: [`Limits::compute_time`](crate::Limits::compute_time).
    Compute,
}

impl std::fmt::Display for TimeLimit {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Call => "its time for one call",
            Self::Compute => "its computing time",
        })
    }
}
