//! Checks the requests: no duplicates, no wrong destinations, nothing over the service's rate
//! limits.

use std::time::Duration;

use super::{ensure, ensure_eq};
use defender_stub::Entry;

pub(super) const API: &str = "api.security.microsoft.com";

/// The windows of the service's rate limits.
const WINDOWS: [Duration; 2] = [Duration::from_secs(60), Duration::from_secs(3600)];

/// Checks the requests. After a crash the connector cannot know all earlier ones, so the service
/// may refuse some.
pub(super) fn judge(sent: &[Entry], may_be_refused: bool) -> Result<(), String> {
    for (n, entry) in sent.iter().enumerate() {
        ensure_eq!(entry.has_bearer, entry.host == API, "a bearer where none belongs: {entry:?}");
        // A request that may have been carried out must be the last of its kind.
        let again = |other: &Entry| may_change(other) && other.path == entry.path;
        ensure!(!may_change(entry) || !sent[..n].iter().any(again), "sent twice: {:?}", entry);
        ensure!(
            may_be_refused || entry.status != 429 || !entry.faults.is_empty(),
            "the service had to refuse: {:?}",
            entry
        );
    }
    Ok(())
}

/// Whether a request changes something and was carried out, or may have been.
pub(super) fn may_change(entry: &Entry) -> bool {
    // A gateway may have forwarded a request before it refused it.
    let of_gateway = entry.faults.iter().any(|fault| ["status", "html", "empty"].contains(fault));
    let refused =
        (400..500).contains(&entry.status) && entry.status != 408 && !of_gateway && !was_cut(entry);
    entry.method != "GET" && entry.host == API && (entry.carried_out || !refused)
}

/// Whether the head of the response certainly arrived.
pub(super) fn delivered(entry: &Entry) -> bool {
    !was_cut(entry) && !entry.faults.contains(&"delay")
}

/// Whether the connection was cut instead of a response.
pub(super) fn was_cut(entry: &Entry) -> bool {
    entry.faults.contains(&"resetBefore") || entry.faults.contains(&"resetAfter")
}

/// Checks, by the service's clock, that none of the last `new` requests exceeds its route's limit
/// per minute or per hour.
pub(crate) fn budgets(ledger: &[Entry], new: usize, percent: u32) -> Result<(), String> {
    let api: Vec<(&Entry, &str, [u32; 2])> = ledger
        .iter()
        .filter(|entry| entry.host == API)
        .filter_map(|entry| entry.budget().map(|(route, budget)| (entry, route, budget)))
        .collect();
    let old = ledger.len() - new;
    let first =
        ledger[..old].iter().filter(|entry| entry.host == API && entry.budget().is_some()).count();
    for (n, (entry, route, budget)) in api.iter().enumerate().skip(first) {
        for (window, budget) in WINDOWS.into_iter().zip(budget) {
            let most = (budget * percent / 100).max(1) as usize;
            let same =
                |(other, of, _): &&(&Entry, &str, _)| of == route && entry.method == other.method;
            let within = |(other, ..): &&(&Entry, &str, _)| entry.at - other.at < window;
            let count = api[..=n].iter().rev().take_while(within).filter(same).count();
            ensure!(count <= most, "{} of {} within {:?} of {}", count, most, window, route);
        }
    }
    Ok(())
}
