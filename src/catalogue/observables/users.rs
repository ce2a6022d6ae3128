//! Users by name: their alerts and machines.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/user>.

use crate::catalogue::alerts::read::{ALERTS, READ_ALERTS};
use crate::catalogue::budget;
use crate::catalogue::fields::{ID, TEXT_OR_NULL, values};
use crate::catalogue::machines::read::MACHINES;
use crate::catalogue::{Action, Effect, ResponseBody, Roles, Route, Run};
use crate::schema::{Field, Kind, ObjectSchema};

pub(crate) const READ_USERS: Roles = &[&["User.Read.All"]];

/// A user as the service returns it.
pub(crate) static USER: Kind = Kind::Open(&[
    Field::required("id", &Kind::AnyText, "Domain and name."),
    Field::optional("accountName", &TEXT_OR_NULL, "Name."),
    Field::optional("accountDomain", &TEXT_OR_NULL, "Domain."),
    Field::optional("logonTypes", &TEXT_OR_NULL, "How the user logged on."),
    Field::optional("lastSeen", &TEXT_OR_NULL, "When the user was last seen."),
]);

/// A list of users as the service returns it.
pub(crate) static USERS: Kind = Kind::Open(&[values!(&USER)]);

static BY_NAME: ObjectSchema = ObjectSchema::new(&[Field::required(
    "user",
    &ID,
    "The user's name alone, without domain: user1 of user1@contoso.com.",
)
.in_path()]);

pub(crate) static GET_USER_ALERTS: Action = Action {
    name: "getUserAlerts",
    title: "Get user alerts",
    summary: "Lists the alerts about a user.",
    category: "Users",
    effect: Effect::Read,
    roles: READ_ALERTS,
    budget: &budget::STANDARD,
    params: &BY_NAME,
    result: &ALERTS,
    docs: "get-user-related-alerts",
    deprecated: None,
    run: Run::Route(Route::get("/api/users/{user}/alerts", ResponseBody::Collection)),
};

pub(crate) static GET_USER_MACHINES: Action = Action {
    name: "getUserMachines",
    title: "Get user machines",
    summary: "Lists the machines that a user logged on to.",
    category: "Users",
    effect: Effect::Read,
    roles: &[&["Machine.ReadWrite.All"]],
    budget: &budget::STANDARD,
    params: &BY_NAME,
    result: &MACHINES,
    docs: "get-user-related-machines",
    deprecated: None,
    run: Run::Route(Route::get("/api/users/{user}/machines", ResponseBody::Collection)),
};
