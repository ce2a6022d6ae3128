//! What a simulation does: calls, each with what goes wrong during it.

use host_harness::stub::{Fault, FaultKind, demo};
use proptest::prelude::*;
use serde_json::{Value, json};

/// One call and its faults.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) action: &'static str,
    pub(super) params: Value,
    /// The service's name for the machine action that it starts; empty if it starts none.
    pub(super) kind: &'static str,
    /// The machines that it names.
    pub(super) machines: Vec<String>,
    pub(super) faults: Vec<Fault>,
    /// Connections refused at the beginning.
    pub(super) refused: u32,
    /// Whether all tokens were made worthless before.
    pub(super) revoked: bool,
    /// Seconds that pass before the call.
    pub(super) pause: u64,
}

/// A schedule of calls.
pub(super) fn schedules() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), 1..6)
}

fn step() -> impl Strategy<Value = Step> {
    let faults = prop::collection::vec((kind(), 0_u32..4, 1_u32..4, any::<bool>()), 0..4);
    (call(), faults, 0_u32..7, prop::bool::weighted(0.15), 0_u64..4000).prop_map(
        |((action, kind, machines, params), faults, refused, revoked, pause)| {
            let fault = |(kind, skip, times, carried_out): (FaultKind, u32, u32, bool)| {
                let lost = carried_out && may_hide_success(&kind);
                let fault = Fault::new("*", kind).skip(skip).times(times);
                if lost { fault.carried_out() } else { fault }
            };
            Step {
                action,
                params,
                kind,
                machines,
                faults: faults.into_iter().map(fault).collect(),
                refused: refused.saturating_sub(3),
                revoked,
                pause,
            }
        },
    )
}

/// Whether a request may have been carried out in spite of such an answer: a gateway that lost the real one. The service itself does
/// not refuse what it has done.
fn may_hide_success(kind: &FaultKind) -> bool {
    match kind {
        FaultKind::Status { status, .. } | FaultKind::Html { status } | FaultKind::Empty { status } => {
            !(400..500).contains(status) || *status == 408
        }
        _ => false,
    }
}

/// An action, the type that it starts, and what it takes besides machine and comment.
fn actions() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("isolateHost", "Isolate", json!({})),
        ("isolateHost", "Isolate", json!({})),
        ("releaseHost", "Unisolate", json!({})),
        ("runScript", "LiveResponse", json!({ "parameters": { "scriptName": "triage.ps1" } })),
        ("runScript", "LiveResponse", json!({ "parameters": { "scriptName": "fail.ps1" } })),
        ("runAntivirusScan", "RunAntiVirusScan", json!({ "scanType": "Full" })),
    ]
}

/// A call: action, type, machines, parameters.
fn call() -> impl Strategy<Value = (&'static str, &'static str, Vec<String>, Value)> {
    let machine = prop::sample::select(vec![
        demo::WINDOWS,
        demo::LINUX,
        demo::OFFLINE,
        demo::DUPLICATE_NEW,
        "0000000000000000000000000000000000000000",
    ]);
    let machines = prop::collection::vec(machine, 1..4);
    let options = (any::<bool>(), prop::bool::weighted(0.3), prop::bool::weighted(0.3), prop::bool::weighted(0.05));
    (prop::sample::select(actions()), machines, 0_u32..3, options, 0_u32..8).prop_map(
        |((action, kind, mut params), mut machines, case, (single, wait, ensure, dry), read)| {
            if single {
                machines.truncate(1);
            }
            let machines: Vec<String> = machines.into_iter().map(str::to_owned).collect();
            match read {
                0 => return ("getAgentDetails", "", Vec::new(), json!({ "id": machines[0] })),
                1 => return ("getActions", "", Vec::new(), json!({ "machineId": machines[0] })),
                _ => {}
            }
            params["comment"] = format!("case {case}").into();
            match single {
                true => params["id"] = json!(machines[0]),
                false => params["ids"] = json!(machines),
            }
            if wait {
                params["wait"] = json!({ "timeoutSeconds": 40 });
            }
            if ensure {
                params["ensure"] = json!(true);
            }
            if dry {
                params["dryRun"] = json!(true);
            }
            (action, kind, machines, params)
        },
    )
}

fn kind() -> impl Strategy<Value = FaultKind> {
    let status = prop::sample::select(vec![200_u16, 201, 204, 302, 400, 401, 403, 404, 408, 409, 500, 502, 503, 504]);
    let texts = prop::sample::select(vec!["", "{}", "[]", "null", "<html>", "{\"id\":\"x\"}", "{\"value\":[]}"]);
    prop_oneof![
        (status.clone(), texts.clone()).prop_map(|(status, body)| FaultKind::Status {
            status,
            headers: vec![],
            body: body.into()
        }),
        status.clone().prop_map(|status| FaultKind::Html { status }),
        status.prop_map(|status| FaultKind::Empty { status }),
        prop::option::of(0_u64..200)
            .prop_map(|retry_after| FaultKind::Throttle { retry_after, code: "TooManyRequests".into() }),
        Just(FaultKind::Unauthorized),
        Just(FaultKind::NotFound),
        Just(FaultKind::ResetBefore),
        Just(FaultKind::ResetAfter),
        (0_u64..90_000).prop_map(|ms| FaultKind::Delay { ms }),
        (0_usize..200).prop_map(|bytes| FaultKind::Truncate { bytes }),
        texts.prop_map(|text| FaultKind::Garbage { text: text.into() }),
        Just(FaultKind::Oversize { bytes: 200_000 }),
        Just(FaultKind::Gzip),
        Just(FaultKind::Endless),
    ]
}
