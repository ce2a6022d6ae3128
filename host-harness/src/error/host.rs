//! Errors raised by the host, including why it terminated an instance.

use std::time::Duration;

use plugin_egress::InvalidSetting;

use super::Cause;
use crate::{CompileLimit, DownloadLimit};

/// An error of the host: it failed at its own part of a call, or had to terminate an instance.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// An egress setting is invalid.
    #[error(transparent)]
    InvalidSetting(#[from] InvalidSetting),
    /// The runtime could not be set up.
    #[error("the WebAssembly runtime could not be set up: {0}")]
    Engine(#[source] Cause),
    /// The bytes are not a component that this runtime can compile.
    #[error("the component could not be compiled: {0}")]
    Compile(#[source] Cause),
    /// The component is not trusted, and no program is set to compile it.
    #[error(
        "the component is not trusted, so it is compiled in a process of its own, and no program is set for that: set one with          `HostBuilder::compiler`, or trust the component with `HostBuilder::trusted`"
    )]
    NoCompiler,
    /// The component exceeds a limit of [`CompileLimits`](crate::CompileLimits).
    #[error("the component was not compiled: {0}")]
    TooCostly(CompileLimit),
    /// The compiler's process could not be started, or failed.
    #[error("the compiler failed: {0}")]
    Compiler(#[source] Cause),
    /// The component does not fit the contract in `wit/`.
    #[error("this is not a plugin for this host: {0}")]
    NotAPlugin(#[source] Cause),
    /// A credential cannot be kept from the component: see
    /// [`HostBuilder::inject_credentials`](crate::HostBuilder::inject_credentials).
    #[error("the credentials cannot stay with the host: {problem}")]
    Credentials {
        /// What is in the way. It never contains a secret.
        problem: String,
    },
    /// A component that is not trusted asks for other origins than with its first config.
    #[error(
        "the component asks for origins that it did not ask for when it was first configured: {origins}; if you accept them, make a new \
         connector and configure that"
    )]
    OtherOrigins {
        /// The new origins, each with its purpose.
        origins: String,
    },
    /// [`Host::connect`](crate::Host::connect) was called for a component that is not trusted to
    /// choose its own origins.
    #[error(
        "the component is not trusted to name the origins that it calls: configure a connector of it, look at the origins that it asks for, and \
         allow those that you trust it with"
    )]
    NotTrusted,
    /// The component does not export an optional interface.
    #[error("the connector does not export `{interface}`")]
    NotExported {
        /// The interface's name within `connector:plugin`.
        interface: &'static str,
    },
    /// A new instance could not be created.
    #[error("an instance of the connector could not be made: {0}")]
    Instantiate(#[source] Cause),
    /// The component trapped. See [`Connector::stderr`](crate::Connector::stderr) for its output.
    #[error("the connector trapped in `{operation}`: {reason}")]
    Trapped {
        /// The function that was running.
        operation: &'static str,
        /// The trap's name, without addresses.
        reason: String,
    },
    /// The component exceeded a time limit and was terminated.
    #[
        error(
            "the connector was ended in `{operation}`: {limit} of {} s was up", .after.as_secs_f64()
        )
    ]
    OutOfTime {
        /// The function that was running.
        operation: &'static str,
        /// Which limit was exceeded.
        limit: TimeLimit,
        /// The limit.
        after: Duration,
    },
    /// The component was refused memory and trapped as a result.
    #[error(
        "the connector was ended in `{operation}`: it needs more than the {limit_bytes} bytes of memory it may have"
    )]
    OutOfMemory {
        /// The function that was running.
        operation: &'static str,
        /// The limit, [`Limits::memory_bytes`](crate::Limits::memory_bytes).
        limit_bytes: usize,
    },
    /// Reading a file took too long, or it came too slowly. Opening it again starts from its
    /// beginning.
    #[error("the file was given up after {received} bytes: {limit}")]
    SlowDownload {
        /// Which limit was exceeded.
        limit: DownloadLimit,
        /// How many bytes were read before.
        received: u64,
    },
    /// The instance that served the file has been terminated in the meantime.
    #[error(
        "the file can't be read on: the instance that it was opened in has ended; open it again"
    )]
    Gone,
}

impl HostError {
    /// Whether the component is at fault (it broke the sandbox's rules or crashed), rather than the
    /// host's configuration.
    pub fn is_plugin_fault(&self) -> bool {
        self.operation().is_some()
    }

    /// Whether the request may have been carried out: the instance ended in a function that may
    /// send something. Check before you retry the call.
    pub fn may_have_been_carried_out(&self) -> bool {
        self.operation()
            .is_some_and(|operation| ["execute", "advance", "recover", "open"].contains(&operation))
    }

    /// The function in which the instance ended.
    fn operation(&self) -> Option<&'static str> {
        match self {
            Self::Trapped { operation, .. }
            | Self::OutOfTime { operation, .. }
            | Self::OutOfMemory { operation, .. } => Some(operation),
            _ => None,
        }
    }
}

/// Which time limit was exceeded.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TimeLimit {
    /// Wall-clock time, including waiting: [`Limits::call_time`](crate::Limits::call_time).
    Call,
    /// CPU time: [`Limits::compute_time`](crate::Limits::compute_time).
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
