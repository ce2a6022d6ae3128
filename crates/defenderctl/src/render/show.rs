//! Shows the result of a call where its caller wants it.

use std::time::Duration;

use host_harness::{Action, Outcome};

use super::{Destination, ResultArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::session::Session;

impl ResultArgs {
    /// Shows it; gives the exit status.
    ///
    /// # Errors
    ///
    /// The call failed, or its result cannot be written.
    pub(crate) fn show(
        &self,
        result: Result<Outcome, Failure>,
        destination: &Destination,
        (action, params): (&Action, &str),
        session: &Session,
        output: &Output,
    ) -> Result<Exit, Failure> {
        let outcome = result.map_err(|failure| destination.failure(action, failure, output))?;
        let written = destination.outcome(session.connector.id(), action, &outcome, output);
        output.warnings(outcome.warnings.iter().map(|warning| warning.message.as_str()));
        if self.verbose {
            output.note(&cost(&outcome));
        }
        let end = self.end(action, params, &outcome.data, output);
        written?;
        Ok(end)
    }
}

/// What the call cost, on one line.
fn cost(outcome: &Outcome) -> String {
    let mut facts = Vec::new();
    let usage = &outcome.usage;
    let repeated = if usage.retries > 0 {
        format!(", {} of them repeated", usage.retries)
    } else {
        String::new()
    };
    facts.push(format!("requests: {}{repeated}", usage.requests));
    facts.push(format!("{} bytes received", usage.response_bytes));
    if usage.waited >= Duration::from_millis(1) {
        facts.push(format!("{:.1} s waited", usage.waited.as_secs_f64()));
    }
    facts.join("; ")
}
