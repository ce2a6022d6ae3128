//! `config test`: the connector's check of its own settings, with a remedy for each failure.

mod advice;
mod permissions;

use clap::Args;
use host_harness::{Action, Origin, Report, Step, StepStatus};

use crate::args::{PluginArgs, SettingsArgs};
use crate::commands::verbs::action_of;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::json;
use crate::output::Output;
use crate::progress::Progress;
use crate::remedy;
use crate::session::{Session, find};
use crate::style::{BAD, CARE, GOOD, clean, paint};
use crate::wrap::{hanging, stdout_width};
pub(crate) use permissions::{by_action, by_family};
use permissions::{is_any_missing, is_unknown};

/// Arguments of `test`.
#[derive(Debug, Args)]
pub(crate) struct Test {
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
    #[command(flatten)]
    plugin: PluginArgs,

    /// Show the permissions action by action, not by family
    #[arg(long)]
    all: bool,

    /// Look only at the permissions of these commands or actions, and fail if one is missing
    #[arg(long = "for", value_name = "NAME,…", value_delimiter = ',')]
    of: Vec<String>,
}

impl Test {
    /// Runs the command.
    pub(crate) async fn run(self, output: &Output) -> Result<Exit, Failure> {
        let session = Session::open(&self.plugin, &self.settings, output).await?;
        examine(&session, self.all, &self.of, output).await
    }
}

/// Tests a connector and shows the result.
pub(crate) async fn examine(
    session: &Session,
    all: bool,
    of: &[String],
    output: &Output,
) -> Result<Exit, Failure> {
    let actions = session.describe().await?;
    let of: Vec<&str> = of
        .iter()
        .map(|name| action_of(name).unwrap_or(name))
        .map(|name| Ok(find(&actions, name)?.name.as_str()))
        .collect::<Result<_, Failure>>()?;
    let mut report = {
        let _progress = Progress::of("test");
        session.connector.test().await.map_err(|error| session.failure(error))?
    };
    report
        .permissions
        .retain(|permission| of.is_empty() || of.contains(&permission.action.as_str()));
    let lacking = !of.is_empty() && is_any_missing(&report.permissions);
    if output.is_json() {
        output.result(&json::report_document(
            session.connector.id(),
            &report,
            &session.configured,
            &session.egress.environment(),
        ))?;
    } else {
        let (all, actions) = (all || !of.is_empty(), &actions.actions);
        output.result(&text(session, &report, actions, all, output.has_colour()).await)?;
    }
    Ok(if report.passed && !lacking { Exit::Done } else { Exit::Failed })
}

async fn text(
    session: &Session,
    report: &Report,
    actions: &[Action],
    all: bool,
    colour: bool,
) -> String {
    let width = report.steps.iter().map(|step| step.name.chars().count()).max().unwrap_or(0);
    let mut parts = Vec::new();
    for step in &report.steps {
        let advice = advice::on_step(session, step).await;
        parts.push(line(step, width, colour) + &remedy::lines(&advice, 9));
    }
    if all {
        parts.push(format!("\n{}", by_action(&report.permissions)));
        if report.permissions.iter().any(is_unknown) {
            parts.push("\nunknown: no token lists the permission. Whether the action is allowed shows when it runs.".to_owned());
        }
    } else if report
        .permissions
        .iter()
        .any(|permission| permission.granted || !permission.missing.is_empty())
    {
        parts.push(format!("\n{}", by_family(&report.permissions, actions)));
    } else {
        parts.push("\nPermissions are unknown: no token lists them. `defenderctl actions show ACTION` has those that an action needs.".to_owned());
    }
    let advice = advice::on_permissions(session, report);
    if !advice.is_empty() {
        parts.push(remedy::lines(&advice, 0).trim_start_matches('\n').to_owned());
    }
    parts.push(format!("\nOrigins to allow:\n{}", listed(&session.origins())));
    let variables = session.egress.environment();
    if !variables.is_empty() {
        let line = |(name, value): &(&str, String)| clean(&format!("  {name}  {value}"));
        let lines: Vec<String> = variables.iter().map(line).collect();
        parts.push(format!("\nEnvironment variables in use:\n{}", lines.join("\n")));
    }
    parts.join("\n")
}

fn line(step: &Step, width: usize, colour: bool) -> String {
    let style = match step.status {
        StepStatus::Passed => GOOD,
        StepStatus::Failed => BAD,
        StepStatus::Skipped => CARE,
    };
    let status = paint(&format!("{:<7}", json::step_status(step.status)), style, colour);
    let reported = format!(
        "{:<width$}  {:>6} ms  {}",
        clean(&step.name),
        step.duration.as_millis(),
        clean(&step.detail)
    );
    format!("{status}  {}", hanging(&reported, 9, 9, stdout_width()))
}

/// One origin a line, with what it is for.
fn listed(origins: &[Origin]) -> String {
    let width = origins.iter().map(|origin| origin.pattern.chars().count()).max().unwrap_or(0);
    let screen = stdout_width();
    let line = |origin: &Origin| {
        let reported = clean(&format!("  {:<width$}  {}", origin.pattern, origin.purpose));
        hanging(&reported, 0, width + 4, screen)
    };
    origins.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn steps_line_up() {
        let step = |name: &str, status, millis| Step {
            name: name.into(),
            status,
            detail: "done".into(),
            duration: Duration::from_millis(millis),
            code: None,
            help: None,
        };
        assert_eq!(
            line(&step("sign-in", StepStatus::Passed, 120), 13, false),
            "passed   sign-in           120 ms  done"
        );
        assert_eq!(
            line(&step("read-machines", StepStatus::Skipped, 0), 13, false),
            "skipped  read-machines       0 ms  done"
        );
    }

    #[test]
    fn origins_line_up_with_what_they_are_for() {
        let origin = |pattern: &str, purpose: &str| Origin {
            pattern: pattern.into(),
            purpose: purpose.into(),
            required: true,
        };
        let origins = [
            origin("https://a.example", "sign-in"),
            origin("https://ab.example", "Defender's API"),
        ];
        assert_eq!(
            listed(&origins),
            "  https://a.example   sign-in\n  https://ab.example  Defender's API"
        );
    }
}
