//! The connector's test as an action, for hosts that only run actions.

use crate::catalogue::budget;
use crate::catalogue::{Action, Custom, Effect, Run};
use crate::described::described;
use crate::schema::{Field, Kind, ObjectSchema};

/// Where Microsoft documents how an application gets its permissions.
pub(crate) const SET_UP: &str =
    "https://learn.microsoft.com/en-us/defender-endpoint/api/exposed-apis-create-app-webapp";

pub(crate) static TEST_CONNECTOR: Action = Action {
    name: "testConnector",
    title: described("Test connector"),
    summary: described("Checks sign-in, audience, permissions and one read; changes nothing."),
    category: described("Connector"),
    effect: Effect::Read,
    roles: &[],
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[]),
    result: described(&Kind::Open(&[
        Field::required(
            "results",
            &Kind::List { of: &Kind::AnyText, min: 0, max: usize::MAX },
            "One sentence for each passed check.",
        ),
        Field::required(
            "report",
            &Kind::Any,
            "The checks and permissions, as the function `test` returns them, and `identity`: who the token says that the connector is.",
        ),
    ])),
    docs: described(SET_UP),
    deprecated: described(None),
    run: Run::Custom(Custom::TestConnector),
};
