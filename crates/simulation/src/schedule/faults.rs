//! Generates random faults.

use fastrand::Rng;

use super::pick;
use defender_stub::{Fault, FaultKind};

pub(super) fn fault(random: &mut Rng) -> Fault {
    let kind = fault_kind(random);
    let lost = random.bool() && may_hide_success(&kind);
    let fault = Fault::new("*", kind).skip(random.u32(0..4)).times(random.u32(1..4));
    if lost { fault.carried_out() } else { fault }
}

/// Whether the request may have been carried out despite this response: a gateway lost the real
/// response, or refused a repeat. The service itself does not refuse a request it has carried out.
fn may_hide_success(kind: &FaultKind) -> bool {
    matches!(kind, FaultKind::Status { .. } | FaultKind::Html { .. } | FaultKind::Empty { .. })
}

fn fault_kind(random: &mut Rng) -> FaultKind {
    let status = pick(
        random,
        &[200_u16, 201, 204, 302, 400, 401, 403, 404, 408, 409, 429, 500, 502, 503, 504],
    );
    let text =
        pick(random, &["", "{}", "[]", "null", "<html>", "{\"id\":\"x\"}", "{\"value\":[]}"])
            .to_owned();
    match random.u32(0..16) {
        0 => FaultKind::Status { status, headers: Vec::new(), body: text },
        1 => FaultKind::Html { status },
        2 => FaultKind::Empty { status },
        3 | 4 => {
            let retry_after = random.bool().then(|| random.u64(0..200));
            FaultKind::Throttle { retry_after, code: "TooManyRequests".to_owned() }
        }
        5 => FaultKind::Unauthorized,
        6 => FaultKind::NotFound,
        7 => FaultKind::ResetBefore,
        8 => FaultKind::ResetAfter,
        9 => FaultKind::Delay { ms: random.u64(0..90_000) },
        10 => FaultKind::Truncate { bytes: random.usize(0..200) },
        11 => FaultKind::Garbage { text },
        12 => FaultKind::Oversize { bytes: 200_000 },
        13 => {
            let elsewhere = [
                "https://169.254.169.254/",
                "https://api.security.microsoft.com/api/machines",
                "/",
            ];
            FaultKind::Redirect {
                location: pick(random, &elsewhere).to_owned(),
                status: pick(random, &[301, 302, 307]),
            }
        }
        _ => pick(random, &[FaultKind::Gzip, FaultKind::Endless, FaultKind::EndlessPages]),
    }
}
