//! A process with one instance of the connector, on a machine with its own clock.

use defender_connector::connector::Connector;

/// A process. Anything it has not written to a journal is lost when it ends.
pub(super) struct Process {
    /// Its unique number.
    pub(super) number: u32,
    pub(super) connector: Connector,
    /// The error of its machine's wall clock, in seconds.
    pub(super) clock_error: i64,
}
