//! The connector's own test: token, audience, roles, one read; and what the permissions come to.

use std::time::Instant;

use host_harness::{Report, Step, StepStatus};

use super::SERVICE;
use super::check::{Check, Log, Status};
use super::way::Way;
use crate::failure::Failure;
use crate::remedy::{self, Application};
use crate::session::Session;

/// Makes the test, as far as the ways are open.
pub(super) async fn test(
    log: &mut Log<'_>,
    session: &Session,
    ways: &[Way],
) -> Result<(), Failure> {
    let is_closed =
        |origin: &&str| ways.iter().any(|way| way.origin.pattern == *origin && !way.open);
    if let Some(login) = session.sign_in().filter(is_closed) {
        return log.skip(&SERVICE, &format!("not checked: {login} cannot be reached"));
    }
    let application = Application::of(&session.config, session.sign_in())
        .with_given_token(session.has_given_token);
    let begun = Instant::now();
    let report = match session.connector.test().await {
        Ok(report) => report,
        Err(error) => {
            let failure = session.failure(error);
            let check = Check::new("token", Status::Failed, failure.to_string());
            return log.add(check.remedy(remedy::by_name("token", &application)).since(begun));
        }
    };
    for step in &report.steps {
        let check = match session.api().filter(is_closed).filter(|_| step.name == "read") {
            Some(api) => {
                Check::new("read", Status::Skipped, format!("not checked: {api} cannot be reached"))
            }
            None => to_check(step, &application),
        };
        log.add(check)?;
    }
    log.add(permissions(&report, &application))
}

fn to_check(step: &Step, application: &Application) -> Check {
    let status = match step.status {
        StepStatus::Passed => Status::Passed,
        StepStatus::Failed => Status::Failed,
        StepStatus::Skipped => Status::Skipped,
    };
    let advice = match status {
        Status::Failed => remedy::step(step, application),
        _ => Vec::new(),
    };
    Check::new(&step.name, status, &step.detail).remedy(advice).took(step.duration)
}

fn permissions(report: &Report, application: &Application) -> Check {
    let failed =
        report.steps.iter().any(|step| step.status == StepStatus::Failed && step.name != "read");
    let missing = remedy::missing(&report.permissions);
    let all = report.permissions.len();
    let granted = report.permissions.iter().filter(|permission| permission.granted).count();
    if failed || (missing.is_empty() && granted < all) {
        return Check::new(
            "permissions",
            Status::Skipped,
            "not checked: no token tells of all of them",
        );
    }
    if missing.is_empty() {
        return Check::new(
            "permissions",
            Status::Passed,
            format!("all {all} actions are permitted"),
        );
    }
    let detail = format!("{granted} of {all} actions are permitted");
    Check::new("permissions", Status::Warning, detail).remedy(remedy::grant(&missing, application))
}
