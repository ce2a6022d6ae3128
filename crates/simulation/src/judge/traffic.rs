//! What was sent: nothing twice, nothing to where it does not belong, nothing over the service's budgets.

use std::time::Duration;

use super::{equal, must};
use defender_stub::Entry;

pub(super) const API: &str = "api.security.microsoft.com";

/// The service's windows.
const WINDOWS: [Duration; 2] = [Duration::from_secs(60), Duration::from_secs(3600)];

/// After a crash the connector cannot know all of its requests, and may have to be refused.
pub(super) fn judge(sent: &[Entry], may_be_refused: bool) -> Result<(), String> {
    for (n, entry) in sent.iter().enumerate() {
        equal!(entry.has_bearer, entry.host == API, "a bearer where none belongs: {entry:?}");
        // A request of which nobody knows that it was not carried out is the last of its kind.
        let again = |other: &Entry| may_change(other) && other.path == entry.path;
        must!(!may_change(entry) || !sent[..n].iter().any(again), "sent twice: {:?}", entry);
        must!(
            may_be_refused || entry.status != 429 || !entry.faults.is_empty(),
            "the service had to refuse: {:?}",
            entry
        );
    }
    Ok(())
}

/// Whether a request changes something and was carried out, or may have been.
pub(super) fn may_change(entry: &Entry) -> bool {
    // What a gateway refuses, it may have handed on before.
    let of_gateway = entry.faults.iter().any(|fault| ["status", "html", "empty"].contains(fault));
    let refused = (400..500).contains(&entry.status) && entry.status != 408 && !of_gateway && !was_cut(entry);
    entry.method != "GET" && entry.host == API && (entry.carried_out || !refused)
}

/// Whether the head of an answer surely came through.
pub(super) fn delivered(entry: &Entry) -> bool {
    !was_cut(entry) && !entry.faults.contains(&"delay")
}

/// Whether the connection was cut instead of answering.
pub(super) fn was_cut(entry: &Entry) -> bool {
    entry.faults.contains(&"resetBefore") || entry.faults.contains(&"resetAfter")
}

/// Of the last `new` requests none is one too many within a minute or an hour of any route, by the service's clock.
pub(crate) fn budgets(ledger: &[Entry], new: usize, percent: u32) -> Result<(), String> {
    let api: Vec<(&Entry, &str, [u32; 2])> = ledger
        .iter()
        .filter(|entry| entry.host == API)
        .filter_map(|entry| entry.budget().map(|(route, budget)| (entry, route, budget)))
        .collect();
    let old = ledger.len() - new;
    let first = ledger[..old].iter().filter(|entry| entry.host == API && entry.budget().is_some()).count();
    for (n, (entry, route, budget)) in api.iter().enumerate().skip(first) {
        for (window, budget) in WINDOWS.into_iter().zip(budget) {
            let most = (budget * percent / 100).max(1) as usize;
            let same = |(other, of, _): &&(&Entry, &str, _)| of == route && entry.method == other.method;
            let within = |(other, ..): &&(&Entry, &str, _)| entry.at - other.at < window;
            let count = api[..=n].iter().rev().take_while(within).filter(same).count();
            must!(count <= most, "{} of {} within {:?} of {}", count, most, window, route);
        }
    }
    Ok(())
}
