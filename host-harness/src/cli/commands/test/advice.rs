//! What to do about what the test found.

use host_harness::{Report, Step, StepStatus};

use crate::cli::origins::{Origin, Purpose};
use crate::cli::remedy::{self, Application};
use crate::cli::session::Session;

/// The application that the settings name.
fn application(session: &Session, origins: &[Origin]) -> Application {
    Application::of(&session.config, at(origins, Purpose::Login))
}

fn at(origins: &[Origin], purpose: Purpose) -> Option<&str> {
    let found = origins.iter().find(|origin| origin.purposes.contains(&purpose));
    found.map(|origin| origin.origin.as_str())
}

/// What to do about a check that failed.
pub(super) async fn on_step(session: &Session, step: &Step, origins: &[Origin]) -> Vec<String> {
    if step.status != StepStatus::Failed {
        return Vec::new();
    }
    let way = match step.name.as_str() {
        // Whoever was refused has been heard.
        _ if step.detail.contains("AADSTS") => None,
        "token" => on_the_way(session, at(origins, Purpose::Login)).await,
        "read" => on_the_way(session, at(origins, Purpose::Api)).await,
        _ => None,
    };
    way.unwrap_or_else(|| remedy::step(&step.name, &step.detail, &application(session, origins)))
}

/// What to do about missing permissions. Where the application has none at all, the check has said it.
pub(super) fn on_permissions(session: &Session, report: &Report, origins: &[Origin]) -> Vec<String> {
    let none = report.steps.iter().any(|step| step.name == "roles" && step.status == StepStatus::Failed);
    let missing = remedy::missing(&report.permissions);
    if none || missing.is_empty() { Vec::new() } else { remedy::grant(&missing, &application(session, origins)) }
}

/// What is in the way to an origin, if something is, and what to do about it.
async fn on_the_way(session: &Session, origin: Option<&str>) -> Option<Vec<String>> {
    let origin = origin?;
    let hop = session.egress.probe(origin).await.pop()?;
    let obstacle = hop.found.err()?;
    let proxy = session.egress.proxy_of(origin);
    Some(vec![
        format!("{origin}: {obstacle}. {}", remedy::way(hop.stage, &obstacle, origin, proxy.as_deref())),
        "`host-harness doctor` with the same settings looks at the way to every origin.".to_owned(),
    ])
}
