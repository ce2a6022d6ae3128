//! What comes before a disruptive call: a question at the terminal, and a line in the audit file.

use std::path::PathBuf;

use clap::Args;
use host_harness::{Action, Descriptor, Effect};
use serde_json::{Map, Value};

use super::audit::{AuditFile, Call, Entry};
use super::confirm::{can_ask, confirm};
use super::failure::Failure;
use super::output::Output;
use super::session::Session;

/// How a disruptive call is guarded.
#[derive(Debug, Args)]
pub(crate) struct DisruptionArgs {
    /// Do not ask before something disruptive is done. With --json, off a terminal and in the background nothing is asked anyway
    #[arg(short, long)]
    yes: bool,

    /// Append a JSON line to this file before and after each disruptive call. If it cannot be written, nothing is sent
    #[arg(long, value_name = "FILE", env = "HOST_HARNESS_AUDIT")]
    audit: Option<PathBuf>,
}

/// A call that may be made.
pub(crate) struct Approved {
    /// The parameters to make it with: the machines are those that were confirmed, by their IDs.
    pub(crate) params: String,
    audit: Option<(AuditFile, Call)>,
}

impl DisruptionArgs {
    /// The audit file as a command line names it.
    pub(crate) fn audit_as_arguments(&self) -> Vec<String> {
        let file = self.audit.iter().map(|file| file.to_string_lossy().into_owned());
        file.flat_map(|file| ["--audit".to_owned(), file]).collect()
    }

    /// Asks, if the call is disruptive and somebody is there to answer. A call that is not disruptive is approved as it is.
    ///
    /// # Errors
    ///
    /// The audit file cannot be written, the machines cannot be found, or the answer was no. Nothing was sent that changes anything.
    pub(crate) async fn approve(
        &self,
        session: &Session,
        descriptor: &Descriptor,
        action: &Action,
        params: String,
        output: &Output,
    ) -> Result<Approved, Failure> {
        let given = serde_json::from_str::<Map<String, Value>>(&params).unwrap_or_default();
        if action.effect != Effect::Disrupt || given.get("dryRun") == Some(&Value::Bool(true)) {
            return Ok(Approved { params, audit: None });
        }
        let file = self.audit.as_deref().map(AuditFile::open).transpose()?;
        let confirmed = match self.yes || !can_ask(output) {
            true => None,
            false => Some(confirm(session, descriptor, action, &given, output).await?),
        };
        let call =
            |file| (file, Call::new(session, action, &given, confirmed.as_ref().map(|it| it.targets.as_slice())));
        let audit = file.map(call);
        Ok(Approved { params: confirmed.map_or(params, |confirmed| confirmed.params), audit })
    }
}

impl Approved {
    /// Writes down that the call is about to be made, if it is audited.
    ///
    /// # Errors
    ///
    /// It cannot be written: the call must not be made.
    pub(crate) fn record(&self) -> Result<Entry, Failure> {
        match &self.audit {
            Some((file, call)) => Entry::begin(file, call),
            None => Ok(Entry::none()),
        }
    }
}
