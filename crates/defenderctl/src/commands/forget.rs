//! `resume --forget`: drops a call that is not to be gone on with. Neither settings nor component
//! are loaded: nothing can be sent.

use host_harness::operation::{FileJournal, Journal};

use crate::audit::AuditFile;
use crate::calls::Call;
use crate::confirm::Terminal;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::json::Document;
use crate::output::Output;
use crate::style::clean_line;
use crate::watch::LeftOf;

const KEPT: &str = "nothing was sent, and the call is kept";

/// Shows where each target is, asks unless `yes`, has the audit file say that the call was
/// forgotten, and removes it.
pub(super) async fn forget(
    call: Call,
    mut journal: FileJournal,
    yes: bool,
    output: &Output,
) -> Result<Exit, Failure> {
    let record = &call.record;
    let (id, action) = (record.call_id.clone(), record.plan.action.clone());
    // A journal that cannot be read is a reason to forget its call.
    let (left, problem) = match journal.load().await {
        Ok(entry) => (LeftOf::of(&entry.progress, entry.is_sending, record), None),
        Err(error) => (LeftOf::default(), Some(format!("where it is cannot be read: {error}"))),
    };
    // Of what cannot be read anything may have been sent.
    let maybe = problem.is_some() || left.may_be_carried_out();
    let mut lines = vec![format!("`{action}` of {}, call {id}", record.began)];
    lines.extend(
        left.lines().into_iter().chain(problem).map(|line| format!("  {}", clean_line(&line))),
    );
    if record.ended.is_none() && maybe {
        lines.push(
            "what was sent goes on at the service, and this computer forgets it: `defenderctl jobs` shows how it ends".to_owned(),
        );
    }
    confirm(&lines, yes)?;
    if let Some(file) = record.audit.as_deref().filter(|_| !record.audited) {
        let file = AuditFile::open(file)?;
        file.forgotten(record, &left.targets(), maybe)?;
    }
    let document = Document::new()
        .member("call", &id)
        .member("action", &action)
        .member("began", &record.began)
        .raw("targets", &left.targets())
        .member("maybeCarriedOut", maybe);
    let document = Document::new()
        .member("status", "ok")
        .member("connectorId", &record.connector.name)
        .raw("forgotten", &document.finish());
    call.remove().map_err(|error| {
        Failure::local(format!("call {id} cannot be removed: {error}; nothing was sent"))
    })?;
    // Not before: nobody else may take it up meanwhile.
    drop(journal);
    if output.is_json() {
        output.result(&document.finish())?;
    } else {
        output.note(&format!("call {id} is forgotten; nothing was sent"));
    }
    Ok(Exit::Done)
}

fn confirm(lines: &[String], yes: bool) -> Result<(), Failure> {
    if yes {
        lines.iter().for_each(|line| Output::new(false).note(line));
        return Ok(());
    }
    let mut terminal = Terminal::open().ok_or_else(|| {
        let lines = lines.join("\n");
        Failure::unasked(format!(
            "`--yes` is needed, because there is no terminal to ask on; {KEPT}"
        ))
        .with_aside(lines)
    })?;
    lines.iter().for_each(|line| terminal.say(line));
    match terminal.ask("Forget this call? `resume` cannot go on with it then.") {
        Ok(true) => Ok(()),
        Ok(false) => Err(Failure::declined(format!("not confirmed: {KEPT}"))),
        Err(error) => Err(Failure::declined(format!(
            "cannot ask for a confirmation ({error}): use --yes; {KEPT}"
        ))),
    }
}
