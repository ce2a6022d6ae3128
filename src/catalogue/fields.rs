//! Parameters and result members that several actions share.

use crate::schema::{
    DEVICE_ID_ALONE, Field, IDENTIFIER, Kind, ObjectSchema, SEGMENT, TEXT, TIMESTAMP,
};

/// A path segment.
pub(crate) const ID: Kind = Kind::Label(&SEGMENT);

/// Text that is not blank.
pub(crate) const NON_BLANK: Kind = Kind::Label(&TEXT);

/// Maximum page number: the service's numbers have 32 bits, and `page * pageSize` must fit.
const MAX_PAGE: u32 = 1_000_000;

/// A machine, where it can only be named by its ID.
pub(crate) const DEVICE: Kind = Kind::Text(&DEVICE_ID_ALONE);

/// The machine that a list belongs to.
pub(crate) const MACHINE_ID: Field =
    Field::required("id", &DEVICE, "Device ID of the machine.").in_path();

/// The reason for an action; part of the service's audit trail.
pub(crate) const COMMENT: Field = Field::required(
    "comment",
    &NON_BLANK,
    "Reason; shown in Defender's action center and audit log.",
)
.in_body("Comment");

const PAGE: Field = Field::optional(
    "page",
    &Kind::Integer { min: 1, max: MAX_PAGE },
    "Page number, starting at 1.",
)
.or_number(&1);

const PAGE_SIZE: Field =
    Field::optional("pageSize", &Kind::Integer { min: 1, max: 1000 }, "Page size.").or_number(&20);

const SORT_FIELD: Field = Field::optional(
    "sortField",
    &Kind::Text(&IDENTIFIER),
    "Property to sort by, spelled as in the service's data.",
);

const SORT_DIRECTION: Field = Field::optional(
    "sortDirection",
    &Kind::Choice(&["asc", "desc"]),
    "Sort direction; only with `sortField`.",
)
.or_text(&"desc");

const ALL: Field = Field::optional(
    "all",
    &Kind::Boolean,
    "All pages in one result; `page` and `pageSize` are ignored.",
);

const MAX_ITEMS: Field = Field::optional(
    "maxItems",
    &Kind::Integer { min: 1, max: 100_000 },
    "With `all`: maximum number of records.",
)
.or_number(&10_000);

/// Paging and sorting of a list; or all of it.
pub(crate) static PAGING: &[Field] = &[PAGE, PAGE_SIZE, SORT_FIELD, SORT_DIRECTION, ALL, MAX_ITEMS];

/// Maximum page size of incidents. Microsoft documents none and refuses more:
/// <https://github.com/wazuh/wazuh/issues/27579>.
pub(crate) const SHORT_PAGE: u32 = 50;

/// Paging of a list with short pages that cannot be sorted; or all of it.
pub(crate) static SHORT_PAGING: &[Field] = &[
    PAGE,
    Field::optional("pageSize", &Kind::Integer { min: 1, max: SHORT_PAGE }, "Page size.")
        .or_number(&20),
    ALL,
    MAX_ITEMS,
];

/// Maximum number of values in a filter. With `all`, a filter too long for a URL is split.
const MAX_VALUES: usize = 1000;

/// A text filter: one value or any of several.
pub(crate) const ONE_OR_MANY: Kind =
    Kind::Either(&[NON_BLANK, Kind::List { of: &NON_BLANK, min: 1, max: MAX_VALUES }]);

/// As [`ONE_OR_MANY`], of machines: with a name for an ID, the service would find nothing.
pub(crate) const DEVICES: Kind =
    Kind::Either(&[DEVICE, Kind::List { of: &DEVICE, min: 1, max: MAX_VALUES }]);

/// As [`ONE_OR_MANY`], or a prefix.
pub(crate) const ONE_OR_MANY_OR_PREFIX: Kind = Kind::Either(&[
    NON_BLANK,
    Kind::List { of: &NON_BLANK, min: 1, max: MAX_VALUES },
    Kind::Object(&ObjectSchema::new(&[Field::required("startsWith", &NON_BLANK, "Prefix.")])),
]);

const NUMBER: Kind = Kind::Integer { min: 0, max: 2_147_483_647 };

/// A number filter: one value or any of several.
pub(crate) const ONE_OR_MANY_NUMBERS: Kind =
    Kind::Either(&[NUMBER, Kind::List { of: &NUMBER, min: 1, max: MAX_VALUES }]);

/// A point in time.
pub(crate) const TIME: Kind = Kind::Text(&TIMESTAMP);

/// A time filter: one time, any of several, or a range.
pub(crate) const TIME_OR_RANGE: Kind = Kind::Either(&[
    TIME,
    Kind::List { of: &TIME, min: 1, max: MAX_VALUES },
    Kind::Object(&ObjectSchema::new(&[
        Field::optional("gt", &TIME, "Later than."),
        Field::optional("ge", &TIME, "Not earlier than."),
        Field::optional("lt", &TIME, "Earlier than."),
        Field::optional("le", &TIME, "Not later than."),
    ])),
]);

/// A filter by a fractional number: one value or a range.
pub(crate) const NUMBER_OR_RANGE: Kind = Kind::Either(&[
    Kind::Number,
    Kind::Object(&ObjectSchema::new(&[
        Field::optional("gt", &Kind::Number, "More than."),
        Field::optional("ge", &Kind::Number, "Not less than."),
        Field::optional("lt", &Kind::Number, "Less than."),
        Field::optional("le", &Kind::Number, "Not more than."),
    ])),
]);

/// Maximum number of records that the service changes in one request, where documented.
pub(crate) const MAX_BATCH: usize = 500;

/// IDs of the records in a batch request.
pub(crate) const BATCH: Kind = Kind::List { of: &NON_BLANK, min: 1, max: MAX_BATCH };

/// The period of statistics.
pub(crate) const LOOK_BACK: Field = Field::optional(
    "lookBackHours",
    &Kind::Integer { min: 1, max: 720 },
    "Period in hours; default: 30 days.",
)
.in_query("lookBackHours");

/// The result of a request that returns nothing.
pub(crate) static NOTHING: Kind = Kind::Open(&[]);

/// A list of the service's values, possibly with unknown members.
macro_rules! values {
    ($of:expr) => {
        $crate::schema::Field::required(
            "value",
            &$crate::schema::Kind::List { of: $of, min: 0, max: usize::MAX },
            "The records.",
        )
    };
}
pub(crate) use values;

/// Result of a paged list.
const RESULT_PAGE: Field =
    Field::required("page", &Kind::Integer { min: 1, max: MAX_PAGE }, "The requested page.");
/// Result of a paged list.
const RESULT_PAGE_SIZE: Field =
    Field::required("pageSize", &Kind::Integer { min: 1, max: 10_000 }, "The requested page size.");
/// Result of a paged list.
const RESULT_TOTAL: Field = Field::required(
    "total",
    &Kind::Number,
    "Total number of records; -1 if the service did not give it.",
);

/// The members of a page apart from its values.
pub(crate) static RESULT_PAGING: &[Field] = &[
    RESULT_PAGE,
    RESULT_PAGE_SIZE,
    RESULT_TOTAL,
    Field::optional("complete", &Kind::Boolean, "With `all`: whether the list is complete."),
];

/// A text or `null` in a result.
pub(crate) const TEXT_OR_NULL: Kind = Kind::Nullable(&Kind::AnyText);

/// The result of an action on several machines.
pub(crate) const BATCH_RESULT: Kind = Kind::Open(&[Field::required(
    "results",
    &Kind::List { of: &RESULT, min: 0, max: usize::MAX },
    "A record for each machine, in the given order.",
)]);

const RESULT: Kind = Kind::Open(&[
    Field::required("target", &Kind::Any, "The given target, with its device ID."),
    Field::required("status", &Kind::Choice(&["ok", "error"]), "Whether it succeeded."),
    Field::optional("data", &Kind::Any, "The same as for one machine."),
    Field::optional(
        "job",
        &Kind::Any,
        "The machine action: `id`, `state`, and whether it was `adopted`.",
    ),
    Field::optional(
        "warnings",
        &Kind::Any,
        "Warnings about a success, each with `code`, `message` and `details`.",
    ),
    Field::optional("error", &Kind::Any, "The error."),
]);

/// The result of `dryRun`.
pub(crate) const DRY_RUN_RESULT: Kind = Kind::Open(&[
    Field::required("dryRun", &Kind::Boolean, "Nothing was changed."),
    Field::required("target", &Kind::Any, "The machine."),
    Field::required(
        "request",
        &Kind::Any,
        "What would be sent; null if `ensure` makes it unnecessary.",
    ),
    Field::required("machineAction", &Kind::Any, "The machine action that `ensure` found."),
    Field::required(
        "budget",
        &Kind::Any,
        "The rate limits, and how long the request would have to wait.",
    ),
]);
