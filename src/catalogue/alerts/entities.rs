//! The entities of an alert: domains, files, addresses, machine, user.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/alerts>.

use crate::catalogue::alerts::read::ALERT_ID;
use crate::catalogue::budget;
use crate::catalogue::entities::{
    FILE, MACHINE, READ_ADDRESSES, READ_DOMAINS, READ_FILES, READ_MACHINES, READ_USERS, USER,
};
use crate::catalogue::fields::values;
use crate::catalogue::{Action, Effect, ResponseBody, Route, Run};
use crate::described::described;
use crate::schema::{Field, Kind, ObjectSchema};

static OF_ALERT: ObjectSchema = ObjectSchema::new(&[ALERT_ID]);

const DOMAIN: Kind = Kind::Open(&[Field::required("host", &Kind::AnyText, "Domain.")]);
const ADDRESS: Kind = Kind::Open(&[Field::required("id", &Kind::AnyText, "IP address.")]);

pub(crate) static GET_ALERT_DOMAINS: Action = Action {
    name: "getAlertDomains",
    title: described("Get alert domains"),
    summary: described("Lists the domains of an alert."),
    category: described("Alerts"),
    effect: Effect::Read,
    roles: READ_DOMAINS,
    budget: &budget::STANDARD,
    params: &OF_ALERT,
    result: described(&Kind::Open(&[values!(&DOMAIN)])),
    docs: described("get-alert-related-domain-info"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/alerts/{id}/domains", ResponseBody::Collection)),
};

pub(crate) static GET_ALERT_FILES: Action = Action {
    name: "getAlertFiles",
    title: described("Get alert files"),
    summary: described("Lists the files of an alert."),
    category: described("Alerts"),
    effect: Effect::Read,
    roles: READ_FILES,
    budget: &budget::STANDARD,
    params: &OF_ALERT,
    result: described(&Kind::Open(&[values!(&FILE)])),
    docs: described("get-alert-related-files-info"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/alerts/{id}/files", ResponseBody::Collection)),
};

pub(crate) static GET_ALERT_IPS: Action = Action {
    name: "getAlertIps",
    title: described("Get alert IPs"),
    summary: described("Lists the IP addresses of an alert."),
    category: described("Alerts"),
    effect: Effect::Read,
    roles: READ_ADDRESSES,
    budget: &budget::STANDARD,
    params: &OF_ALERT,
    result: described(&Kind::Open(&[values!(&ADDRESS)])),
    docs: described("get-alert-related-ip-info"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/alerts/{id}/ips", ResponseBody::Collection)),
};

pub(crate) static GET_ALERT_MACHINE: Action = Action {
    name: "getAlertMachine",
    title: described("Get alert machine"),
    summary: described("Reads the machine of an alert."),
    category: described("Alerts"),
    effect: Effect::Read,
    roles: READ_MACHINES,
    budget: &budget::STANDARD,
    params: &OF_ALERT,
    result: described(&MACHINE),
    docs: described("get-alert-related-machine-info"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/alerts/{id}/machine", ResponseBody::Record)),
};

pub(crate) static GET_ALERT_USER: Action = Action {
    name: "getAlertUser",
    title: described("Get alert user"),
    summary: described("Reads the user of an alert."),
    category: described("Alerts"),
    effect: Effect::Read,
    roles: READ_USERS,
    budget: &budget::STANDARD,
    params: &OF_ALERT,
    result: described(&USER),
    docs: described("get-alert-related-user-info"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/alerts/{id}/user", ResponseBody::Record)),
};
