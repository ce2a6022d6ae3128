//! Parameters and result members that several actions share.

use crate::schema::{DEVICE_ID_ALONE, Field, IDENTIFIER, Kind, SEGMENT, Shape, TEXT, TIMESTAMP};

/// One segment of a path.
pub(crate) const ID: Kind = Kind::Label(&SEGMENT);

/// Text with something in it.
pub(crate) const WORDS: Kind = Kind::Label(&TEXT);

/// Greatest page number: the service's own numbers are 32 bits wide, and `page * pageSize` must
/// stay inside.
const MAX_PAGE: u32 = 1_000_000;

/// A machine, where nothing but its ID names it.
pub(crate) const DEVICE: Kind = Kind::Text(&DEVICE_ID_ALONE);

/// The machine that a list is about.
pub(crate) const MACHINE_ID: Field =
    Field::required("id", &DEVICE, "Device ID of the machine.").in_path();

/// Why an action is taken; goes into the service's audit trail.
pub(crate) const COMMENT: Field =
    Field::required("comment", &WORDS, "Why; shown in Defender's action center and audit log.")
        .in_body("Comment");

/// Which page of a list.
const PAGE: Field = Field::optional(
    "page",
    &Kind::Integer { min: 1, max: MAX_PAGE },
    "Which page, counted from 1.",
)
.or_number(&1);

/// How long a page is.
const PAGE_SIZE: Field =
    Field::optional("pageSize", &Kind::Integer { min: 1, max: 1000 }, "How many to a page.")
        .or_number(&20);

/// What a list is sorted by.
const SORT_FIELD: Field = Field::optional(
    "sortField",
    &Kind::Text(&IDENTIFIER),
    "Property to sort by, in the service's spelling.",
);

/// Which way a list is sorted.
const SORT_DIRECTION: Field = Field::optional(
    "sortDirection",
    &Kind::Choice(&["asc", "desc"]),
    "Which way to sort; counts only with `sortField`.",
)
.or_text(&"desc");

/// Which page of a list, and in which order; or all of it.
pub(crate) static PAGING: &[Field] = &[
    PAGE,
    PAGE_SIZE,
    SORT_FIELD,
    SORT_DIRECTION,
    Field::optional(
        "all",
        &Kind::Boolean,
        "Every page in one result; `page` and `pageSize` do not count then.",
    ),
    Field::optional(
        "maxItems",
        &Kind::Integer { min: 1, max: 100_000 },
        "With `all`: more than this are cut off.",
    )
    .or_number(&10_000),
];

/// Greatest number of values in one filter. More than fit into a URL are asked for in parts, with
/// `all`.
const MAX_VALUES: usize = 1000;

/// A filter by text: one value or any of several.
pub(crate) const ONE_OR_MANY: Kind =
    Kind::Either(&[WORDS, Kind::List { of: &WORDS, min: 1, max: MAX_VALUES }]);

/// As [`ONE_OR_MANY`], or whatever begins so.
pub(crate) const ONE_OR_MANY_OR_PREFIX: Kind = Kind::Either(&[
    WORDS,
    Kind::List { of: &WORDS, min: 1, max: MAX_VALUES },
    Kind::Object(&Shape::of(&[Field::required("startsWith", &WORDS, "What it begins with.")])),
]);

const NUMBER: Kind = Kind::Integer { min: 0, max: 2_147_483_647 };

/// A filter by a number: one value or any of several.
pub(crate) const ONE_OR_MANY_NUMBERS: Kind =
    Kind::Either(&[NUMBER, Kind::List { of: &NUMBER, min: 1, max: MAX_VALUES }]);

/// A moment.
pub(crate) const TIME: Kind = Kind::Text(&TIMESTAMP);

/// A filter by time: one moment, any of several, or a range.
pub(crate) const TIME_OR_RANGE: Kind = Kind::Either(&[
    TIME,
    Kind::List { of: &TIME, min: 1, max: MAX_VALUES },
    Kind::Object(&Shape::of(&[
        Field::optional("gt", &TIME, "Later than."),
        Field::optional("ge", &TIME, "Not earlier than."),
        Field::optional("lt", &TIME, "Earlier than."),
        Field::optional("le", &TIME, "Not later than."),
    ])),
]);

/// A filter by a number with a fraction: one value or a range.
pub(crate) const NUMBER_OR_RANGE: Kind = Kind::Either(&[
    Kind::Number,
    Kind::Object(&Shape::of(&[
        Field::optional("gt", &Kind::Number, "More than."),
        Field::optional("ge", &Kind::Number, "Not less than."),
        Field::optional("lt", &Kind::Number, "Less than."),
        Field::optional("le", &Kind::Number, "Not more than."),
    ])),
]);

/// Greatest number of records that the service changes in one request, where it says.
pub(crate) const MAX_BATCH: usize = 500;

/// Identifiers of the records that one request is for.
pub(crate) const BATCH: Kind = Kind::List { of: &WORDS, min: 1, max: MAX_BATCH };

/// How far statistics look back.
pub(crate) const LOOK_BACK: Field = Field::optional(
    "lookBackHours",
    &Kind::Integer { min: 1, max: 720 },
    "How far to look back; 30 days if left out.",
)
.in_query("lookBackHours");

/// What a request answers that gives nothing back.
pub(crate) static NOTHING: Kind = Kind::Open(&[]);

/// A list whose values the service gives, with unknown members beside them.
macro_rules! values {
    ($of:expr) => {
        $crate::schema::Field::required(
            "value",
            &$crate::schema::Kind::List { of: $of, min: 0, max: usize::MAX },
            "The values.",
        )
    };
}
pub(crate) use values;

/// Shape of the result of a list in pages.
const RESULT_PAGE: Field = Field::required(
    "page",
    &Kind::Integer { min: 1, max: MAX_PAGE },
    "The page that was asked for.",
);
/// Shape of the result of a list in pages.
const RESULT_PAGE_SIZE: Field = Field::required(
    "pageSize",
    &Kind::Integer { min: 1, max: 10_000 },
    "The page size that was asked for.",
);
/// Shape of the result of a list in pages.
const RESULT_TOTAL: Field = Field::required(
    "total",
    &Kind::Number,
    "How many there are in all; -1 if the service did not say.",
);

/// What a page has besides its values.
pub(crate) static RESULT_PAGING: &[Field] = &[
    RESULT_PAGE,
    RESULT_PAGE_SIZE,
    RESULT_TOTAL,
    Field::optional("complete", &Kind::Boolean, "With `all`: whether nothing was cut off."),
];

/// A text or `null` in a result.
pub(crate) const TEXT_OR_NULL: Kind = Kind::Nullable(&Kind::AnyText);

/// What comes of an action on many machines.
pub(crate) const MANY: Kind = Kind::Open(&[Field::required(
    "results",
    &Kind::List { of: &RESULT, min: 0, max: usize::MAX },
    "A record for each machine, in the order in which they were named.",
)]);

const RESULT: Kind = Kind::Open(&[
    Field::required("target", &Kind::Any, "What was named, with the device ID that it stands for."),
    Field::required("status", &Kind::Choice(&["ok", "error"]), "Whether it was done."),
    Field::optional("data", &Kind::Any, "As for one machine."),
    Field::optional(
        "job",
        &Kind::Any,
        "The machine action: `id`, `state` and whether it was `adopted`.",
    ),
    Field::optional(
        "warnings",
        &Kind::Any,
        "What to know although it was done: each with `code`, `message` and `details`.",
    ),
    Field::optional("error", &Kind::Any, "Why it was not done."),
]);

/// What comes of `dryRun`.
pub(crate) const DRY_RUN_RESULT: Kind = Kind::Open(&[
    Field::required("dryRun", &Kind::Boolean, "Nothing was changed."),
    Field::required("target", &Kind::Any, "The machine."),
    Field::required(
        "request",
        &Kind::Any,
        "What would be sent; null if `ensure` made it needless.",
    ),
    Field::required("machineAction", &Kind::Any, "What `ensure` found."),
    Field::required(
        "budget",
        &Kind::Any,
        "How often the service may be asked, and how long the request would have to wait.",
    ),
]);
