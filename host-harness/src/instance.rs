//! A live instance, and the mapping of traps to errors.

use wasmtime::{Store, Trap};

use crate::bindings::{connector, downloads, operations, session};
use crate::deadline::TimeUp;
use crate::state::State;
use crate::{HostError, Limits};

/// An instance of a component, with its exported interfaces.
pub(crate) struct Instance {
    pub(crate) store: Store<State>,
    pub(crate) connector: connector::Guest,
    pub(crate) operations: Option<operations::Guest>,
    pub(crate) downloads: Option<downloads::Guest>,
    pub(crate) session: Option<session::Guest>,
}

impl Instance {
    /// Returns the value of a completed call, or why it did not complete. The instance is unusable
    /// after an `Err`.
    pub(crate) fn judge<T>(
        &self,
        operation: &'static str,
        limits: &Limits,
        called: Result<wasmtime::Result<T>, TimeUp>,
    ) -> Result<T, HostError> {
        match called {
            Ok(Ok(value)) => Ok(value),
            Err(TimeUp { limit, after }) => Err(HostError::OutOfTime { operation, limit, after }),
            Ok(Err(_)) if self.store.data().accountant.has_refused() => {
                Err(HostError::OutOfMemory { operation, limit_bytes: limits.memory_bytes })
            }
            Ok(Err(error)) => Err(HostError::Trapped { operation, reason: reason(&error) }),
        }
    }
}

/// Returns the trap's name, or the innermost cause: the outer chain is a backtrace of addresses.
fn reason(error: &wasmtime::Error) -> String {
    match error.downcast_ref::<Trap>() {
        Some(trap) => trap.to_string(),
        None => error.root_cause().to_string(),
    }
}
