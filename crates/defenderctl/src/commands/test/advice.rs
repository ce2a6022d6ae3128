//! What to do about what the test found.

use host_harness::{Report, Step, StepStatus};

use crate::remedy::{self, Application, is_connector_s};
use crate::session::Session;

/// The application that the settings name.
fn application(session: &Session) -> Application {
    Application::of(&session.config, session.sign_in()).with_given_token(session.has_given_token)
}

/// What to do about a check that failed.
pub(super) async fn on_step(session: &Session, step: &Step) -> Vec<String> {
    if step.status != StepStatus::Failed {
        return Vec::new();
    }
    let way = match step.name.as_str() {
        // A request that the service refused has arrived.
        _ if step.code.as_deref().is_some_and(|code| !is_connector_s(code)) => None,
        "token" => on_the_way(session, session.sign_in()).await,
        "read" => on_the_way(session, session.api()).await,
        _ => None,
    };
    way.unwrap_or_else(|| remedy::step(step, &application(session)))
}

/// What to do about missing permissions. Where the application has none at all, the check has said
/// it.
pub(super) fn on_permissions(session: &Session, report: &Report) -> Vec<String> {
    let none =
        report.steps.iter().any(|step| step.name == "roles" && step.status == StepStatus::Failed);
    let missing = remedy::missing(&report.permissions);
    if none || missing.is_empty() {
        Vec::new()
    } else {
        remedy::grant(&missing, &application(session))
    }
}

/// What is in the way to an origin, if something is, and what to do about it.
async fn on_the_way(session: &Session, origin: Option<&str>) -> Option<Vec<String>> {
    let origin = origin?;
    let hop = session.egress.probe(origin).await.pop()?;
    let obstacle = hop.found.err()?;
    let proxy = session.egress.proxy_of(origin);
    Some(vec![
        format!(
            "{origin}: {obstacle}. {}",
            remedy::way(hop.stage, &obstacle, origin, proxy.as_ref())
        ),
        "`defenderctl doctor` with the same settings looks at the way to every origin.".to_owned(),
    ])
}
