//! Parameters of every action on machines: targets and options.

use crate::catalogue::fields::NON_BLANK;
use crate::schema::{
    DEVICE_ID, Field, Kind, MACHINE_ADDRESS, MACHINE_NAME, ObjectSchema, REFERENCE,
};

/// Maximum number of machines in one call.
const MAX_TARGETS: u32 = 1000;

/// Names of a machine other than its ID.
pub(crate) static HOST_FIELDS: &[Field] = &[
    Field::optional(
        "computerDnsName",
        &Kind::Text(&MACHINE_NAME),
        "Full name, or its first label; a leading domain, a trailing dot or $ and surrounding blanks are ignored.",
    ),
    Field::optional("ip", &Kind::Text(&MACHINE_ADDRESS), "Last internal IP address."),
    Field::optional("aadDeviceId", &NON_BLANK, "Entra device ID."),
];

/// Exactly one of them names a machine.
pub(crate) const HOST_NAMES: &[&str] = &["computerDnsName", "ip", "aadDeviceId"];

static HOST_SCHEMA: ObjectSchema =
    ObjectSchema::new(&[]).and(&[HOST_FIELDS]).exactly_one_of(HOST_NAMES);

const HOST: Kind = Kind::Object(&HOST_SCHEMA);

const MACHINE: Field = Field::optional(
    "id",
    &Kind::Text(&DEVICE_ID),
    "Device ID of the machine; use `host` for a name.",
)
.in_path();
const MACHINES: Field = Field::optional(
    "ids",
    &Kind::List { of: &Kind::Text(&DEVICE_ID), min: 1, max: MAX_TARGETS as usize },
    "Device IDs of several machines.",
);
const NAMED_MACHINE: Field = Field::optional(
    "host",
    &HOST,
    "The machine by name, address or Entra ID; it must match exactly one.",
);
const NAMED_MACHINES: Field = Field::optional(
    "hosts",
    &Kind::List { of: &HOST, min: 1, max: MAX_TARGETS as usize },
    "Several machines by name, address or Entra ID.",
);

/// The machines that an action reads.
pub(crate) static MACHINE_FIELDS: &[Field] = &[MACHINE, MACHINES, NAMED_MACHINE, NAMED_MACHINES];

/// The target machines.
pub(crate) static TARGETS: &[Field] = &[
    MACHINE,
    MACHINES,
    NAMED_MACHINE,
    NAMED_MACHINES,
    Field::optional(
        "maxTargets",
        &Kind::Integer { min: 1, max: MAX_TARGETS },
        "Maximum number of machines; more are rejected.",
    )
    .or_number(&10),
    DRY_RUN,
];

/// Exactly one of them gives the targets.
pub(crate) const TARGET_NAMES: &[&str] = &["id", "ids", "host", "hosts"];

pub(crate) const DRY_RUN: Field = Field::optional(
    "dryRun",
    &Kind::Boolean,
    "Finds the machines, checks permissions and returns the requests, but changes nothing.",
);

pub(crate) const ENSURE: Field = Field::optional(
    "ensure",
    &Kind::Boolean,
    "Succeeds without a request if it is done or running already.",
);

pub(crate) const WAIT: Field = Field::optional(
    "wait",
    &Kind::Object(&WAITING),
    "Waits until the action ends, and succeeds only if it did.",
);

const WAITING: ObjectSchema = ObjectSchema::new(&[
    Field::optional(
        "timeoutSeconds",
        &Kind::Integer { min: 1, max: 259_200 },
        "How long to wait, at most `limits.callTimeoutSeconds`; the action continues after that.",
    )
    .or_number(&300),
    Field::optional(
        "pollSeconds",
        &Kind::Integer { min: 1, max: 600 },
        "Seconds between two polls.",
    )
    .or_number(&5),
]);

/// Options.
pub(crate) static OPTIONS: &[Field] = &[
    WAIT,
    ENSURE,
    Field::optional(
        "reference",
        &Kind::Label(&REFERENCE),
        "Case ID; put in front of the comment as `[ref:…]`, where `ensure` recognises it.",
    ),
];
