//! Users by name: their alerts and machines.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/user>.

use crate::catalogue::budget;
use crate::catalogue::entities::{ALERTS, MACHINES, READ_ALERTS};
use crate::catalogue::fields::ID;
use crate::catalogue::{Action, Effect, ResponseBody, Route, Run};
use crate::described::described;
use crate::schema::{Field, ObjectSchema};

static BY_NAME: ObjectSchema = ObjectSchema::new(&[Field::required(
    "user",
    &ID,
    "The user's name alone, without domain: user1 of user1@contoso.com.",
)
.in_path()]);

pub(crate) static GET_USER_ALERTS: Action = Action {
    name: "getUserAlerts",
    title: described("Get user alerts"),
    summary: described("Lists the alerts about a user."),
    category: described("Users"),
    effect: Effect::Read,
    roles: READ_ALERTS,
    budget: &budget::STANDARD,
    params: &BY_NAME,
    result: described(&ALERTS),
    docs: described("get-user-related-alerts"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/users/{user}/alerts", ResponseBody::Collection)),
};

pub(crate) static GET_USER_MACHINES: Action = Action {
    name: "getUserMachines",
    title: described("Get user machines"),
    summary: described("Lists the machines that a user logged on to."),
    category: described("Users"),
    effect: Effect::Read,
    roles: &[&["Machine.ReadWrite.All"]],
    budget: &budget::STANDARD,
    params: &BY_NAME,
    result: described(&MACHINES),
    docs: described("get-user-related-machines"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/users/{user}/machines", ResponseBody::Collection)),
};
