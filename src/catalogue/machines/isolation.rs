//! Which machines are isolated. The service has no such list; their machine actions say it.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/get-machineactions-collection>.

use crate::catalogue::budget;
use crate::catalogue::entities::READ_MACHINES;
use crate::catalogue::fields::{TEXT_OR_NULL, values};
use crate::catalogue::machines::actions::MACHINE_ACTION;
use crate::catalogue::options::MACHINE_FIELDS;
use crate::catalogue::{Action, Custom, Effect, Run};
use crate::described::described;
use crate::schema::{Field, Kind, ObjectSchema};

/// The two types of machine action that isolate and release.
pub(crate) const ISOLATION_TYPES: [&str; 2] = ["Isolate", "Unisolate"];

static ISOLATION: Kind = Kind::Open(&[
    Field::required("id", &TEXT_OR_NULL, "Device ID; null if the machine was not found."),
    Field::required("computerDnsName", &TEXT_OR_NULL, "Name of the machine."),
    Field::required(
        "isolated",
        &Kind::Choice(&["yes", "no", "unknown"]),
        "By the last isolation or release that succeeded.",
    ),
    Field::required("isolationType", &TEXT_OR_NULL, "Full or Selective, of an isolated machine."),
    Field::required("since", &TEXT_OR_NULL, "When that isolation or release ended."),
    Field::required(
        "job",
        &Kind::Nullable(&MACHINE_ACTION),
        "That isolation or release: its `id`, `requestor` and `requestorComment`.",
    ),
    Field::required(
        "pending",
        &Kind::List { of: &MACHINE_ACTION, min: 0, max: usize::MAX },
        "Isolations and releases that have not ended.",
    ),
    Field::required("reason", &TEXT_OR_NULL, "Why it is unknown."),
    Field::optional("target", &Kind::Any, "What was named."),
    Field::optional("error", &Kind::Any, "Why a name was not resolved."),
]);

pub(crate) static GET_ISOLATION_STATE: Action = Action {
    name: "getIsolationState",
    title: described("Get isolation state"),
    summary: described(
        "Says which machines are isolated, since when and by whom, as far as machine actions show it: not what attack disruption contained, nor what is older than the service's records.",
    ),
    category: described("Response"),
    effect: Effect::Read,
    roles: READ_MACHINES,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[Field::optional(
        "maxItems",
        &Kind::Integer { min: 1, max: 100_000 },
        "Without a machine: of more machine actions than this the oldest are cut off.",
    )
    .or_number(&100_000)])
    .and(&[MACHINE_FIELDS]),
    result: described(&Kind::Open(&[
        values!(&ISOLATION),
        Field::required("total", &Kind::Number, "How many machines are listed."),
        Field::required(
            "complete",
            &Kind::Boolean,
            "Whether every machine that was asked for is here, and no record was cut off.",
        ),
    ])),
    docs: described("get-machineactions-collection"),
    deprecated: described(None),
    run: Run::Custom(Custom::IsolationState),
};
