//! The demo's steps as they happen: a line each, or one JSON document at the end.

use std::time::{Duration, Instant};

use time::OffsetDateTime;

use super::CONNECTOR_ID;
use crate::failure::Failure;
use crate::json::{self, Document};
use crate::output::Output;
use crate::progress::Progress;
use crate::style::{BAD, GOOD, clean, paint};

/// Names of steps are at most this long; longer ones only spoil the line.
const NAME_WIDTH: usize = 20;

/// Tells and remembers what happened.
pub(super) struct Log<'a> {
    output: &'a Output,
    steps: Vec<Record>,
}

struct Record {
    name: &'static str,
    passed: bool,
    detail: String,
    duration: Duration,
    /// Text that the step brought back, if it is worth showing.
    output: Option<String>,
}

impl<'a> Log<'a> {
    pub(super) fn new(output: &'a Output) -> Self {
        Self { output, steps: Vec::new() }
    }

    /// Does a piece of work and tells how it went. The work yields what the next steps need, and
    /// one sentence.
    pub(super) async fn step<T>(
        &mut self,
        name: &'static str,
        work: impl Future<Output = Result<(T, String), Failure>>,
    ) -> Result<T, Failure> {
        let started = Instant::now();
        let progress = Progress::of(name);
        let result = work.await;
        drop(progress);
        let (passed, detail) = match &result {
            Ok((_, detail)) => (true, detail.clone()),
            Err(failure) => (false, failure.to_string()),
        };
        let record = Record { name, passed, detail, duration: started.elapsed(), output: None };
        if !self.output.is_json() {
            self.output.result(&record.line(self.output.has_colour()))?;
        }
        self.steps.push(record);
        result.map(|(value, _)| value)
    }

    /// Shows text that belongs to the last step: a table, or what a script printed.
    pub(super) fn show(&mut self, text: &str) -> Result<(), Failure> {
        if self.output.is_json() {
            if let Some(step) = self.steps.last_mut() {
                step.output = Some(text.to_owned());
            }
            return Ok(());
        }
        let indented: Vec<String> =
            clean(text).lines().map(|line| format!("    | {line}")).collect();
        self.output.result(&indented.join("\n"))
    }

    /// Ends the demo: with `--json`, prints the document.
    pub(super) fn finish(&self, failure: Option<&Failure>) -> Result<(), Failure> {
        if self.output.is_json() {
            self.output.result(&self.document(failure, OffsetDateTime::now_utc()))?;
        }
        if let Some(failure) = failure {
            self.output.explain(failure);
        }
        Ok(())
    }

    fn document(&self, failure: Option<&Failure>, now: OffsetDateTime) -> String {
        let status = if failure.is_some() { "error" } else { "ok" };
        let head = Document::new().member("status", status).member("connectorId", CONNECTOR_ID);
        let head = match failure {
            Some(failure) => json::error_members(head, failure.error(), now),
            None => head,
        };
        head.raw("steps", &json::list(self.steps.iter().map(Record::document))).finish()
    }
}

impl Record {
    fn line(&self, colour: bool) -> String {
        let status =
            if self.passed { paint("ok    ", GOOD, colour) } else { paint("failed", BAD, colour) };
        format!(
            "{status}  {:<NAME_WIDTH$} {:>5} ms  {}",
            self.name,
            self.duration.as_millis(),
            clean(&self.detail)
        )
    }

    fn document(&self) -> String {
        let document = Document::new()
            .member("name", self.name)
            .member("status", if self.passed { "passed" } else { "failed" })
            .member("detail", &self.detail)
            .member("durationMs", u64::try_from(self.duration.as_millis()).unwrap_or(u64::MAX));
        match &self.output {
            Some(text) => document.member("output", text).finish(),
            None => document.finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn log(output: &Output) -> Log<'_> {
        let record = Record {
            name: "load",
            passed: true,
            detail: "done".into(),
            duration: Duration::from_millis(1250),
            output: None,
        };
        Log { output, steps: vec![record] }
    }

    #[test]
    fn a_step_is_one_line() {
        let output = Output::new(false);
        assert_eq!(
            log(&output).steps[0].line(false),
            "ok      load                  1250 ms  done"
        );
    }

    #[test]
    fn the_document_lists_the_steps_and_the_failure_if_there_was_one() {
        let output = Output::new(true);
        let log = log(&output);
        let parse = |text: String| serde_json::from_str::<Value>(&text).expect("JSON");
        let steps =
            json!([{"name": "load", "status": "passed", "detail": "done", "durationMs": 1250}]);
        let good = parse(log.document(None, OffsetDateTime::UNIX_EPOCH));
        assert_eq!(good, json!({"status": "ok", "connectorId": "demo", "steps": steps}));
        let bad = parse(
            log.document(Some(&Failure::unexpected("no machine")), OffsetDateTime::UNIX_EPOCH),
        );
        assert_eq!(
            (&bad["status"], &bad["serviceMessage"]),
            (&json!("error"), &json!("no machine"))
        );
        assert_eq!(bad["steps"], steps);
    }
}
