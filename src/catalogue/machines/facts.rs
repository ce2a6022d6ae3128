//! Facts about one machine: its users, alerts, software and weaknesses.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/machine>.

use crate::catalogue::budget;
use crate::catalogue::entities::{ALERTS, READ_ALERTS, READ_USERS, USERS};
use crate::catalogue::fields::MACHINE_ID;
use crate::catalogue::vulnerabilities::list::{READ_VULNERABILITIES, VULNERABILITIES};
use crate::catalogue::vulnerabilities::recommendations::{READ_RECOMMENDATIONS, RECOMMENDATIONS};
use crate::catalogue::vulnerabilities::software::{MISSING_UPDATES, READ_SOFTWARE, SOFTWARE_LIST};
use crate::catalogue::{Action, Effect, ResponseBody, Route, Run};
use crate::described::described;
use crate::schema::ObjectSchema;

static MACHINE: ObjectSchema = ObjectSchema::new(&[MACHINE_ID]);

pub(crate) static GET_AGENT_USERS: Action = Action {
    name: "getAgentUsers",
    title: described("Get agent users"),
    summary: described("Lists the users who logged on to a machine."),
    category: described("Machines"),
    effect: Effect::Read,
    roles: READ_USERS,
    budget: &budget::STANDARD,
    params: &MACHINE,
    result: described(&USERS),
    docs: described("get-machine-log-on-users"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/machines/{id}/logonusers", ResponseBody::Collection)),
};

pub(crate) static GET_AGENT_ALERTS: Action = Action {
    name: "getAgentAlerts",
    title: described("Get agent alerts"),
    summary: described("Lists the alerts of a machine."),
    category: described("Machines"),
    effect: Effect::Read,
    roles: READ_ALERTS,
    budget: &budget::STANDARD,
    params: &MACHINE,
    result: described(&ALERTS),
    docs: described("get-machine-related-alerts"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/machines/{id}/alerts", ResponseBody::Collection)),
};

pub(crate) static GET_AGENT_SOFTWARE: Action = Action {
    name: "getAgentSoftware",
    title: described("Get agent software"),
    summary: described("Lists the software on a machine."),
    category: described("Machines"),
    effect: Effect::Read,
    roles: READ_SOFTWARE,
    budget: &budget::STANDARD,
    params: &MACHINE,
    result: described(&SOFTWARE_LIST),
    docs: described("get-installed-software"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/machines/{id}/software", ResponseBody::Collection)),
};

pub(crate) static GET_AGENT_VULNERABILITIES: Action = Action {
    name: "getAgentVulnerabilities",
    title: described("Get agent vulnerabilities"),
    summary: described("Lists the vulnerabilities of a machine."),
    category: described("Machines"),
    effect: Effect::Read,
    roles: READ_VULNERABILITIES,
    budget: &budget::MACHINE_VULNERABILITIES,
    params: &MACHINE,
    result: described(&VULNERABILITIES),
    docs: described("get-discovered-vulnerabilities"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/machines/{id}/vulnerabilities", ResponseBody::Collection)),
};

pub(crate) static GET_AGENT_RECOMMENDATIONS: Action = Action {
    name: "getAgentRecommendations",
    title: described("Get agent recommendations"),
    summary: described("Lists the security recommendations for a machine."),
    category: described("Machines"),
    effect: Effect::Read,
    roles: READ_RECOMMENDATIONS,
    budget: &budget::STANDARD,
    params: &MACHINE,
    result: described(&RECOMMENDATIONS),
    docs: described("get-security-recommendations"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/machines/{id}/recommendations", ResponseBody::Collection)),
};

pub(crate) static GET_AGENT_MISSING_UPDATES: Action = Action {
    name: "getAgentMissingUpdates",
    title: described("Get agent missing updates"),
    summary: described("Lists the security updates that a machine lacks."),
    category: described("Machines"),
    effect: Effect::Read,
    roles: READ_SOFTWARE,
    budget: &budget::STANDARD,
    params: &MACHINE,
    result: described(&MISSING_UPDATES),
    docs: described("get-missing-kbs-machine"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/machines/{id}/getmissingkbs", ResponseBody::Collection)),
};
