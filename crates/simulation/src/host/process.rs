//! A process with an instance of the connector, on a machine with a clock of its own.

use defender_connector::connector::Connector;

/// A process. What it has not written to a journal ends with it.
pub(super) struct Process {
    /// Its number, which no other has.
    pub(super) number: u32,
    pub(super) connector: Connector,
    /// By how many seconds its machine's wall clock is wrong.
    pub(super) clock_error: i64,
}
