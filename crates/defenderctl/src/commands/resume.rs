//! `resume`: goes on with a call of one's own from where its journal says it is, or lists those
//! that are unfinished.

use std::io;
use std::path::PathBuf;

use clap::Args;
use host_harness::operation::{FileJournal, NextStep, OperationError};
use host_harness::{Action, Operation};

use super::begun::Begun;
use super::fetch::Fetch;
use super::forget::forget;
use super::unfinished::list_of;
use crate::args::SettingsArgs;
use crate::audit::{AuditFile, End, Entry};
use crate::calls::{Call, Calls, Keep, Wanted};
use crate::confirm::{Expected, Terminal, place};
use crate::disruption::DisruptionArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::file::Partial;
use crate::output::Output;
use crate::render::ResultArgs;
use crate::session::{Session, find};
use crate::watch::{CommandLine, LeftOf, Watch, WatchArgs};

/// Arguments of `resume`.
#[derive(Debug, Args)]
pub(crate) struct Resume {
    /// The call, or the beginning of its identifier. Without it the only one that is unfinished; if
    /// there are more, they are listed
    call: Option<String>,

    /// Send what was not sent yet, or forget the call, without asking. Needed where there is no
    /// terminal to ask on
    #[arg(short, long)]
    yes: bool,

    /// Send what was not sent yet without a question where a name or a number has to be typed:
    /// offboarding, and more than ten machines
    #[arg(long, value_name = "NAME")]
    confirm: Option<String>,

    /// Drop the call: nothing is sent and nothing cancelled, and `resume` cannot go on with it any
    /// more. Shows where each of its targets is, and asks unless `--yes`
    #[arg(long, requires = "call")]
    forget: bool,

    /// Append a JSON line for each request that is allowed or refused, and for its end
    #[arg(long, value_name = "FILE", env = "DEFENDERCTL_EGRESS_LOG")]
    egress_log: Option<PathBuf>,
}

impl Resume {
    /// Runs the command.
    pub(crate) async fn run(self, output: &Output) -> Result<Exit, Failure> {
        let calls = Calls::of_user()?;
        let call = match &self.call {
            Some(prefix) => calls.find(prefix)?,
            None => {
                let mut unfinished = calls.all()?;
                unfinished.retain(|call| call.record.ended.is_none());
                match (unfinished.pop(), unfinished.len()) {
                    (Some(one), 0) if one.journal().is_ok() => one,
                    (last, _) => {
                        unfinished.extend(last);
                        list_of(unfinished, output).await?;
                        return Ok(Exit::Done);
                    }
                }
            }
        };
        let journal = call.journal().map_err(|error| unusable(&call, &error))?;
        if self.forget {
            return forget(call, journal, self.yes, output).await;
        }
        // The document is the one that the call would have given.
        let output = Output::new(call.record.shown.json || output.is_json());
        let name = call.record.connector.name.clone();
        match self.go_on(call, journal, &output).await {
            Ok(exit) => Ok(exit),
            Err(failure) => {
                output.failure(Some(&name), &failure);
                Ok(failure.exit())
            }
        }
    }

    async fn go_on(
        &self,
        call: Call,
        journal: FileJournal,
        output: &Output,
    ) -> Result<Exit, Failure> {
        let record = &call.record;
        let (call_id, plugin) = (record.call_id.clone(), record.plugin.clone());
        let settings = SettingsArgs {
            config: Some(record.settings.clone()),
            profile: record.connector.profile.clone(),
            egress_log: self.egress_log.clone().or_else(|| record.egress_log.clone()),
        };
        let session = Session::open(&plugin, &settings, output).await?;
        let descriptor = session.describe().await?;
        let action = find(&descriptor, &record.plan.action)?;
        let disruption = DisruptionArgs::of(false, record.audit.clone());
        let command_line =
            CommandLine::new((&settings, &plugin, &disruption), output.is_json(), &descriptor);
        let mut operation = Operation::resume(session.connector.clone(), Keep::Folder(journal))
            .await
            .map_err(|error| match error {
                OperationError::Journal(error) => unusable(&call, &error),
                error => Failure::local(error.to_string()),
            })?;
        if record.ended.is_some() {
            output.note(&format!("call {call_id} had ended already: this is its result"));
        } else {
            let left = LeftOf::of(operation.progress(), operation.is_interrupted(), record);
            let unsent = left.unsent();
            // A step that was interrupted is looked for, and not sent again.
            let sends = operation.progress().next == NextStep::Send && !operation.is_interrupted();
            if !unsent.is_empty() || sends {
                self.ask(&unsent, &call, &session)?;
            }
        }
        let audit =
            record.audit.as_deref().filter(|_| !record.audited).map(AuditFile::open).transpose()?;
        let watch = Watch {
            session: &session,
            output,
            plan: record.plan.clone(),
            command_line,
            watch: WatchArgs::of(record.shown.quiet),
            call: Some(call_id),
            found: record.found.clone(),
            names: record.names.clone(),
            left_out: 0,
            prints_output: false,
        };
        let wanted = record.shown.result.clone();
        let resumed = Resumed { call, audit, watch, operation: &mut operation };
        match wanted {
            Wanted::Result(result) => resumed.into_result(&result, action).await,
            Wanted::File { path, force, wait } => {
                let quiet = resumed.call.record.shown.quiet;
                resumed.into_file(&Fetch { path, force, quiet }, action, &wait).await
            }
        }
    }

    /// Names what was not sent yet, and asks whether it shall be.
    fn ask(&self, unsent: &[String], call: &Call, session: &Session) -> Result<(), Failure> {
        let names: Vec<&str> =
            unsent.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
        let action = &call.record.plan.action;
        let what = match names.as_slice() {
            [] => format!("`{action}` of {} was not sent yet", call.record.began),
            names => format!(
                "`{action}` of {} was not sent yet for: {}",
                call.record.began,
                names.join(", ")
            ),
        };
        // As much as was asked for at first.
        let expected = Expected::of_machines(action, &names);
        if self.yes && expected == Expected::Yes {
            Output::new(false).note(&what);
            return Ok(());
        }
        if let Some(text) = &self.confirm {
            if expected.is(text) {
                return Ok(());
            }
            return Err(Failure::params(format!(
                "{what}; --confirm must be {}; nothing was sent",
                expected.words()
            )));
        }
        let mut terminal = Terminal::open().ok_or_else(|| {
            let needed = match expected {
                Expected::Yes => "`--yes`".to_owned(),
                _ => format!("`--confirm {}`", expected.words()),
            };
            Failure::unasked(format!(
                "{what}; {needed} is needed, because there is no terminal to ask on; nothing was sent"
            ))
        })?;
        let place = place(session);
        terminal.say(&place);
        terminal.say(&what);
        let question = match names.len() {
            0 => format!("{place}: Send it now?"),
            1 => format!("{place}: Send it now for 1 machine?"),
            many => format!("{place}: Send it now for {many} machines?"),
        };
        let answer = match expected {
            Expected::Yes => terminal.ask(&question),
            _ => terminal.ask_for(&question, &expected.words()).map(|answer| expected.is(&answer)),
        };
        match answer {
            Ok(true) => Ok(()),
            Ok(false) => Err(Failure::declined("not confirmed: nothing was sent")),
            Err(error) => Err(Failure::declined(format!(
                "cannot ask for a confirmation ({error}): use --yes or --confirm; nothing was sent"
            ))),
        }
    }
}

/// A call that can be gone on with.
struct Resumed<'a> {
    call: Call,
    /// The audit file, if it lacks how the call ended.
    audit: Option<AuditFile>,
    watch: Watch<'a>,
    operation: &'a mut Operation<Keep>,
}

impl<'a> Resumed<'a> {
    fn begin(self) -> (Begun, Watch<'a>, &'a mut Operation<Keep>) {
        let Self { call, audit, watch, operation } = self;
        let record = &call.record;
        let entry = audit
            .map(|file| Entry::resumed(file, watch.session, &record.plan.action, &record.call_id));
        (Begun::resumed(call, entry), watch, operation)
    }

    async fn into_result(self, result: &ResultArgs, action: &Action) -> Result<Exit, Failure> {
        // What the parameters were is in the checkpoint alone; here it counts whether they named
        // many machines.
        let params = if self.watch.plan.is_many { r#"{"ids":[]}"# } else { "{}" };
        let mut destination = result.destination(action, params, self.watch.output)?;
        let had_ended = self.call.record.ended.is_some();
        let (mut begun, mut watch, operation) = self.begin();
        watch.prints_output = watch.plan.is_many && destination.prints_output();
        let driven = watch.finish(operation).await;
        begun.written_down(End::of(&driven.result, driven.may_be_carried_out), &driven).await;
        // A call that had ended says nothing of now.
        let closing = watch.closing(&driven.result, None).filter(|_| !had_ended);
        let destination = destination.with_names(&watch.names);
        let shown =
            result.show(driven.result, &destination, (action, params), watch.session, watch.output);
        begun.ended(driven.has_ended);
        closing.iter().for_each(|sentence| watch.output.note(sentence));
        shown
    }

    async fn into_file(self, fetch: &Fetch, action: &Action, wait: &str) -> Result<Exit, Failure> {
        fetch.check()?;
        let again = action.file_action.as_deref().filter(|again| *again != action.name);
        let again = again.ok_or_else(|| {
            Failure::contract(format!("`{}` starts nothing that leaves a file", action.name))
        })?;
        let mut partial =
            Partial::private(&fetch.path).map_err(|error| fetch.unwritable(&error))?;
        let (begun, mut watch, operation) = self.begin();
        let driven = fetch.after(&mut watch, operation, (again, wait), &mut partial).await;
        let document = watch.left_of(operation).document(&watch);
        fetch.conclude(begun, (driven, &document), partial, &watch).await
    }
}

fn unusable(call: &Call, error: &io::Error) -> Failure {
    let id = &call.record.call_id;
    match error.kind() {
        io::ErrorKind::WouldBlock => Failure::params(format!(
            "call {id} is running in another process: wait until that ends"
        )),
        _ => Failure::local(format!(
            "the journal of call {id} cannot be used: {error}; `defenderctl resume {id} --forget` drops the call"
        )),
    }
}
