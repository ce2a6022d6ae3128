//! One check, and the list of checks, reported as they are made.

use std::time::{Duration, Instant};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::json::{Document, list};
use crate::output::Output;
use crate::remedy;
use crate::style::{BAD, CARE, GOOD, clean, paint};
use crate::wrap::{hanging, stdout_width};

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Passed,
    /// It works, and something should be changed.
    Warning,
    Failed,
    /// It needs what failed before, or cannot be made from here.
    Skipped,
}

/// One check.
#[derive(Debug)]
pub(super) struct Check {
    name: String,
    /// The origin that was looked at.
    target: Option<String>,
    status: Status,
    detail: String,
    remedy: Vec<String>,
    took: Duration,
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

impl Check {
    pub(super) fn new(name: impl Into<String>, status: Status, detail: impl Into<String>) -> Self {
        let (name, detail) = (name.into(), detail.into());
        Self { name, target: None, status, detail, remedy: Vec::new(), took: Duration::ZERO }
    }

    /// The same check, of an origin.
    pub(super) fn at(mut self, target: &str) -> Self {
        self.target = Some(target.to_owned());
        self
    }

    /// The same check with what to do.
    pub(super) fn remedy(mut self, remedy: Vec<String>) -> Self {
        self.remedy = remedy;
        self
    }

    /// The same check with the time it took.
    pub(super) fn took(mut self, took: Duration) -> Self {
        self.took = took;
        self
    }

    /// The same check, which began then.
    pub(super) fn since(self, begun: Instant) -> Self {
        self.took(begun.elapsed())
    }

    fn line(&self, colour: bool) -> String {
        let style = match self.status {
            Status::Passed => GOOD,
            Status::Failed => BAD,
            Status::Warning | Status::Skipped => CARE,
        };
        let status = paint(&format!("{:<7}", self.status.word()), style, colour);
        let target = self.target.as_ref().map(|target| format!("{target}: ")).unwrap_or_default();
        let reported = clean(&format!(
            "{:<15}  {:>6} ms  {target}{}",
            self.name,
            self.took.as_millis(),
            self.detail
        ));
        let reported = hanging(&reported, 9, 9, stdout_width());
        format!("{status}  {reported}{}", remedy::lines(&self.remedy, 9))
    }

    fn document(&self) -> String {
        let remedy = (!self.remedy.is_empty()).then(|| self.remedy.join(" "));
        Document::new()
            .member("name", &self.name)
            .member("target", &self.target)
            .member("status", self.status.word())
            .member("detail", &self.detail)
            .member("remedy", remedy)
            .member("durationMs", u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX))
            .finish()
    }
}

/// The checks so far.
pub(super) struct Log<'a> {
    output: &'a Output,
    checks: Vec<Check>,
}

impl<'a> Log<'a> {
    pub(super) fn new(output: &'a Output) -> Self {
        Self { output, checks: Vec::new() }
    }

    /// Tells of a check.
    ///
    /// # Errors
    /// If stdout cannot be written to.
    pub(super) fn add(&mut self, check: Check) -> Result<(), Failure> {
        if !self.output.is_json() {
            self.output.result(&check.line(self.output.has_colour()))?;
        }
        self.checks.push(check);
        Ok(())
    }

    /// Tells that these checks cannot be made.
    pub(super) fn skip(&mut self, names: &[&str], why: &str) -> Result<(), Failure> {
        names.iter().try_for_each(|name| self.add(Check::new(*name, Status::Skipped, why)))
    }

    /// Where else to tell.
    pub(super) fn output(&self) -> &'a Output {
        self.output
    }

    /// Tells how it went as a whole.
    pub(super) fn finish(self, connector_id: &str) -> Result<Exit, Failure> {
        let count = |status| self.checks.iter().filter(|check| check.status == status).count();
        let (failed, warnings) = (count(Status::Failed), count(Status::Warning));
        if self.output.is_json() {
            let document = Document::new()
                .member("status", if failed == 0 { "ok" } else { "error" })
                .member("connectorId", connector_id)
                .raw("steps", &list(self.checks.iter().map(Check::document)));
            self.output.result(&document.finish())?;
        } else {
            self.output.note(&format!(
                "{} checks: {failed} failed, {warnings} with a warning",
                self.checks.len()
            ));
        }
        Ok(if failed == 0 { Exit::Done } else { Exit::Failed })
    }
}
