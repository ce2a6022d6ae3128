//! `test`: the connector's own check of its settings, as a checklist.

use clap::Args;
use host_harness::{Permission, Report, Step, StepStatus};

use crate::cli::args::{PluginArgs, SettingsArgs};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::json;
use crate::cli::output::Output;
use crate::cli::progress::Progress;
use crate::cli::session::Session;
use crate::cli::style::{BAD, CARE, GOOD, clean, paint};
use crate::cli::table::table;

/// Arguments of `test`.
#[derive(Debug, Args)]
pub(crate) struct Test {
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
    #[command(flatten)]
    plugin: PluginArgs,
}

impl Test {
    /// Runs the command.
    pub(crate) async fn run(self, output: &Output) -> Result<Exit, Failure> {
        let session = Session::open(&self.plugin, &self.settings, output).await?;
        let report = {
            let _progress = Progress::of("test");
            session.connector.test().await.map_err(|error| session.failure(error))?
        };
        if output.is_json() {
            output.result(&json::report_document(session.connector.id(), &report, &session.configured))?;
        } else {
            output.result(&checklist(&report, output.has_colour()))?;
            output.result(&format!("\n{}", permissions(&report.permissions)))?;
            output.result(&format!("\nOrigins: {}", clean(&session.configured.origins.join(", "))))?;
        }
        Ok(if report.passed { Exit::Done } else { Exit::Failed })
    }
}

fn checklist(report: &Report, colour: bool) -> String {
    let width = report.steps.iter().map(|step| step.name.chars().count()).max().unwrap_or(0);
    let lines: Vec<String> = report.steps.iter().map(|step| line(step, width, colour)).collect();
    lines.join("\n")
}

fn line(step: &Step, width: usize, colour: bool) -> String {
    let style = match step.status {
        StepStatus::Passed => GOOD,
        StepStatus::Failed => BAD,
        StepStatus::Skipped => CARE,
    };
    let status = paint(&format!("{:<7}", json::step_status(step.status)), style, colour);
    format!("{status}  {:<width$}  {:>6} ms  {}", clean(&step.name), step.duration_ms, clean(&step.detail))
}

/// The table of what the credentials allow.
pub(crate) fn permissions(permissions: &[Permission]) -> String {
    let rows = permissions.iter().map(|permission| {
        let granted = if permission.granted { "yes" } else { "no" };
        [permission.action.clone(), granted.into(), permission.missing.join(", ")]
    });
    table(["ACTION", "GRANTED", "MISSING"], rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_line_up() {
        let step =
            |name: &str, status, duration_ms| Step { name: name.into(), status, detail: "done".into(), duration_ms };
        let report = Report {
            passed: false,
            steps: vec![step("sign-in", StepStatus::Passed, 120), step("read-machines", StepStatus::Skipped, 0)],
            permissions: Vec::new(),
        };
        assert_eq!(
            checklist(&report, false),
            "passed   sign-in           120 ms  done\nskipped  read-machines       0 ms  done"
        );
    }
}
