//! The way to each origin, by the settings' allow-list, proxy and trust.

use host_harness::Origin;
use host_harness::egress::Egress;
use host_harness::egress::probe::{Found, Hop, Obstacle, Stage, UsedProxy};
use time::OffsetDateTime;

use super::check::{Check, Log, Status};
use super::clock;
use super::shown;
use crate::failure::Failure;
use crate::remedy;

/// The result of probing an origin.
pub(super) struct Way {
    pub(super) origin: Origin,
    /// Whether it was gone to its end.
    pub(super) open: bool,
    /// How far this machine's clock is ahead of the server's, in seconds.
    pub(super) ahead: Option<i64>,
    /// The certificates that its server has shown, in DER.
    pub(super) certificates: Vec<Vec<u8>>,
}

/// Looks at the way to an origin.
pub(super) async fn look(
    log: &mut Log<'_>,
    egress: &Egress,
    origin: Origin,
) -> Result<Way, Failure> {
    if origin.pattern.contains('*') {
        let detail = "cannot be checked before a link of the service says which host it is";
        log.add(Check::new("result-storage", Status::Skipped, detail).at(&origin.pattern))?;
        return Ok(Way { origin, open: true, ahead: None, certificates: Vec::new() });
    }
    let hops = egress.probe(&origin.pattern).await;
    let proxy = egress.proxy_of(&origin.pattern);
    let now = OffsetDateTime::now_utc();
    let mut ahead = None;
    for hop in &hops {
        log.add(to_check(hop, &origin, proxy.as_ref()))?;
        if let Ok(Found::Answer { date: Some(date), .. }) = &hop.found {
            ahead = clock::ahead(now, date);
        }
    }
    let open = hops.last().is_some_and(|hop| hop.stage == Stage::Answer && hop.found.is_ok());
    let by_tls = origin.pattern.starts_with("https:");
    let reached = |stage: Stage| hops.iter().any(|hop| hop.stage == stage);
    let stages =
        [Stage::Policy, Stage::Name, Stage::Connection, Stage::Proxy, Stage::Tls, Stage::Answer];
    for stage in stages.into_iter().filter(|stage| !reached(*stage)) {
        if (stage == Stage::Proxy && proxy.is_none()) || (stage == Stage::Tls && !by_tls) {
            continue;
        }
        let detail = "not checked: an earlier step failed";
        log.add(Check::new(name(stage), Status::Skipped, detail).at(&origin.pattern))?;
    }
    let certificates = hops.iter().find_map(certificates).unwrap_or_default();
    Ok(Way { origin, open, ahead, certificates })
}

fn certificates(hop: &Hop) -> Option<Vec<Vec<u8>>> {
    match &hop.found {
        Ok(Found::Session { certificates, .. })
        | Err(Obstacle::Certificate { certificates, .. }) => Some(certificates.clone()),
        _ => None,
    }
}

fn name(stage: Stage) -> &'static str {
    match stage {
        Stage::Policy => "allow-list",
        Stage::Name => "name-resolution",
        Stage::Connection => "tcp",
        Stage::Proxy => "proxy",
        Stage::Tls => "tls",
        Stage::Answer => "answer",
    }
}

fn to_check(hop: &Hop, origin: &Origin, proxy: Option<&UsedProxy>) -> Check {
    let check = match &hop.found {
        Ok(found) => Check::new(name(hop.stage), Status::Passed, found_in_words(found, origin)),
        Err(obstacle) => {
            Check::new(name(hop.stage), gravity(obstacle, origin), obstacle_in_words(obstacle))
                .remedy(vec![remedy::way(hop.stage, obstacle, &origin.pattern, proxy)])
        }
    };
    check.at(&origin.pattern).took(hop.took)
}

/// An operator may leave out on purpose what some actions alone need.
fn gravity(obstacle: &Obstacle, origin: &Origin) -> Status {
    let on_purpose = matches!(obstacle, Obstacle::NotAllowed) && !origin.required;
    if on_purpose { Status::Warning } else { Status::Failed }
}

fn found_in_words(found: &Found, origin: &Origin) -> String {
    match found {
        Found::Allowed => format!("allowed; {}", origin.purpose),
        Found::Addresses(addresses) => {
            addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        }
        Found::Connected(peer) => format!("connected to {peer}"),
        Found::Tunnel(proxy) => format!("{proxy} opens a tunnel"),
        Found::Session { version, certificates } => {
            format!("{}; {}", version.replace("TLSv1_", "TLS 1."), shown::chain(certificates))
        }
        Found::Answer { status, .. } => format!("answers (status {status})"),
        _ => "passed".to_owned(),
    }
}

fn obstacle_in_words(obstacle: &Obstacle) -> String {
    match obstacle {
        Obstacle::Certificate { certificates, .. } if !certificates.is_empty() => {
            format!("{obstacle}; it is {}", shown::chain(certificates))
        }
        _ => obstacle.to_string(),
    }
}
