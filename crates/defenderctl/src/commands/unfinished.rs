//! The list of unfinished calls, which `resume` gives if there is more than one.

use std::io::{self, IsTerminal};

use host_harness::operation::Journal;

use crate::calls::Call;
use crate::failure::Failure;
use crate::json::{Document, list};
use crate::output::Output;
use crate::render::unique_length;
use crate::table::table;
use crate::watch::LeftOf;

/// Lists calls, the oldest first.
pub(super) async fn list_of(calls: Vec<Call>, output: &Output) -> Result<(), Failure> {
    if calls.is_empty() && !output.is_json() {
        output.note("no call is unfinished");
        return Ok(());
    }
    let mut rows = Vec::with_capacity(calls.len());
    for call in &calls {
        rows.push(row(call).await);
    }
    if output.is_json() {
        let names = ["call", "action", "targets", "state", "began"];
        let document = |row: &[String; 5]| {
            names
                .iter()
                .zip(row)
                .fold(Document::new(), |document, (name, value)| document.member(name, value))
                .finish()
        };
        return output
            .result(&Document::new().raw("calls", &list(rows.iter().map(document))).finish());
    }
    if io::stdout().is_terminal() {
        let ids: Vec<String> = rows.iter().map(|row| row[0].clone()).collect();
        let length = unique_length(&ids);
        rows.iter_mut().for_each(|row| row[0].truncate(length));
    }
    output.result(&table(["call", "action", "targets", "state", "when"], rows))
}

async fn row(call: &Call) -> [String; 5] {
    let record = &call.record;
    let (targets, state) = match call.journal() {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
            (String::new(), "running in another process".into())
        }
        Err(error) => (String::new(), error.to_string()),
        Ok(mut journal) => match journal.load().await {
            Ok(entry) => {
                let left = LeftOf::of(&entry.progress, entry.is_sending, record);
                (left.labels(), left.counts())
            }
            Err(error) => (String::new(), error.to_string()),
        },
    };
    [record.call_id.clone(), record.plan.action.clone(), targets, state, record.began.clone()]
}
