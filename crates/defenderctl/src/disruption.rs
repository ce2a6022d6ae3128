//! What comes before a call that disrupts work or holds for the whole tenant: a question at the
//! terminal; and, before any change, a line in the audit file.

use std::path::{Path, PathBuf};

use clap::Args;
use host_harness::{Action, Descriptor, Effect};
use serde_json::{Map, Value};

use super::audit::{AuditFile, Call, Entry};
use super::confirm::{Answer, Confirmed, Subjects, Terminal, confirm, is_yes_enough};
use super::failure::Failure;
use super::machines::Names;
use super::session::Session;

/// How a disruptive call is guarded.
#[derive(Debug, Args)]
pub(crate) struct DisruptionArgs {
    /// Do not ask before something disruptive, or something that holds for the whole tenant, is
    /// done. Needed where there is no terminal to ask on
    #[arg(short, long)]
    yes: bool,

    /// Confirm without a question what wants a name or a number typed: offboarding, and more than
    /// ten machines
    #[arg(long, value_name = "NAME")]
    confirm: Option<String>,

    /// Append a JSON line to this file before and after each call that changes something. If it
    /// cannot be written, nothing is sent
    #[arg(long, value_name = "FILE", env = "DEFENDERCTL_AUDIT")]
    audit: Option<PathBuf>,
}

/// A call that may be made.
pub(crate) struct Approved {
    /// The parameters to make it with: the machines are those that were confirmed, by their IDs.
    pub(crate) params: String,
    /// What the machines are called, as far as they were looked up.
    pub(crate) names: Names,
    audit: Option<(AuditFile, Call)>,
}

impl DisruptionArgs {
    /// The same as they were given to another process.
    pub(crate) fn of(yes: bool, audit: Option<PathBuf>) -> Self {
        Self { yes, confirm: None, audit }
    }

    /// The audit file.
    pub(crate) fn audit(&self) -> Option<&Path> {
        self.audit.as_deref()
    }

    /// The audit file as a command line names it.
    pub(crate) fn audit_as_arguments(&self) -> Vec<String> {
        let file = self.audit.iter().map(|file| file.to_string_lossy().into_owned());
        file.flat_map(|file| ["--audit".to_owned(), file]).collect()
    }

    /// `--yes`, if it was given.
    pub(crate) fn yes_as_argument(&self) -> Option<String> {
        self.yes.then(|| "--yes".to_owned())
    }

    /// Where the answer comes from, if one is needed.
    ///
    /// # Errors
    ///
    /// One is needed, and there is no terminal to ask on.
    fn answer(
        &self,
        action: &Action,
        params: &Map<String, Value>,
    ) -> Result<Option<Answer>, Failure> {
        let is_enough = self.yes && is_yes_enough(&action.name, count(params));
        if !matches!(action.effect, Effect::Policy | Effect::Disrupt) || is_enough {
            return Ok(None);
        }
        if let Some(text) = &self.confirm {
            return Ok(Some(Answer::Given(text.clone())));
        }
        let terminal = Terminal::open().ok_or_else(|| unasked(action, count(params)))?;
        Ok(Some(Answer::Terminal(terminal)))
    }

    /// Whether a person will see the question before this is done.
    ///
    /// # Errors
    ///
    /// A confirmation is needed, and there is no terminal to ask on.
    pub(crate) fn asks(
        &self,
        action: &Action,
        params: &Map<String, Value>,
    ) -> Result<bool, Failure> {
        let only_reads = action.only_reads(&Value::from(params.clone()).to_string());
        Ok(!only_reads && matches!(self.answer(action, params)?, Some(Answer::Terminal(_))))
    }

    /// Asks, if the call is disruptive or holds for the whole tenant. A call that is neither is
    /// approved as it is. `missing`: machines that were named and not found.
    ///
    /// # Errors
    ///
    /// There is no terminal to ask on, the audit file cannot be written, the machines cannot be
    /// found, or the answer was no. Nothing was sent that changes anything.
    pub(crate) async fn approve(
        &self,
        session: &Session,
        descriptor: &Descriptor,
        action: &Action,
        params: String,
        missing: &[String],
    ) -> Result<Approved, Failure> {
        let given = serde_json::from_str::<Map<String, Value>>(&params).unwrap_or_default();
        if action.only_reads(&params) {
            return Ok(Approved { params, names: Names::default(), audit: None });
        }
        let answer = self.answer(action, &given)?;
        let file = self.audit.as_deref().map(AuditFile::open).transpose()?;
        let confirmed = match answer {
            Some(answer) => {
                let asked = Subjects { session, descriptor, action, params: &given, missing };
                Some(confirm(asked, answer).await?)
            }
            None => None,
        };
        let call = |file| {
            (
                file,
                Call::new(
                    session,
                    action,
                    &given,
                    confirmed.as_ref().map(|it| it.targets.as_slice()),
                ),
            )
        };
        let audit = file.map(call);
        Ok(match confirmed {
            Some(Confirmed { params, names, .. }) => {
                Approved { params, names: Names::new(names), audit }
            }
            None => Approved { params, names: Names::default(), audit },
        })
    }
}

/// How many machines, or jobs, the parameters name.
fn count(params: &Map<String, Value>) -> usize {
    let lists = ["ids", "hosts"].iter().filter_map(|name| params.get(*name)?.as_array());
    lists.map(Vec::len).sum()
}

fn unasked(action: &Action, machines: usize) -> Failure {
    let what = if action.effect == Effect::Policy {
        "holds for the whole tenant"
    } else {
        "is disruptive"
    };
    let needed = match machines {
        machines if is_yes_enough(&action.name, machines) => "`--yes`",
        0 | 1 => "`--confirm` with the machine's name",
        _ => "`--confirm` with the number of machines",
    };
    Failure::unasked(format!(
        "`{}` {what}: {needed} is needed, because there is no terminal to ask on; nothing was sent",
        action.name
    ))
}

impl Approved {
    /// Writes down that the call is about to be made, if it is audited.
    ///
    /// # Errors
    ///
    /// It cannot be written: the call must not be made.
    pub(crate) fn record(&self, call_id: &str) -> Result<Entry, Failure> {
        match &self.audit {
            Some((file, call)) => Entry::begin(file, call, call_id),
            None => Ok(Entry::none()),
        }
    }
}
