//! Vulnerability management: scores and remediation tasks.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/score>.

use crate::catalogue::budget;
use crate::catalogue::fields::{ID, PAGING, RESULT_PAGING, TEXT_OR_NULL, TIME_OR_RANGE, values};
use crate::catalogue::vulnerabilities::software::MACHINE_REFERENCES;
use crate::catalogue::{Action, Effect, ResponseBody, Roles, Route, Run};
use crate::described::described;
use crate::schema::{
    Field, Kind,
    Literal::{Plain, Time},
    ObjectSchema,
};

const READ_SCORES: Roles = &[&["Score.Read.All"]];
const READ_TASKS: Roles = &[&["RemediationTasks.Read.All"]];

static NO_PARAMS: ObjectSchema = ObjectSchema::new(&[]);
static BY_ID: ObjectSchema =
    ObjectSchema::new(&[Field::required("id", &ID, "Remediation task ID.").in_path()]);

static SCORE: Kind = Kind::Open(&[
    Field::optional("score", &Kind::Any, "Score."),
    Field::optional("time", &TEXT_OR_NULL, "Time of computation."),
    Field::optional("rbacGroupName", &TEXT_OR_NULL, "Device group, for scores by group."),
]);

static TASK: Kind = Kind::Open(&[
    Field::required("id", &Kind::AnyText, "Remediation task ID."),
    Field::optional("title", &TEXT_OR_NULL, "Title."),
    Field::optional("status", &TEXT_OR_NULL, "Status."),
    Field::optional("targetDevices", &Kind::Any, "Number of affected machines."),
    Field::optional("fixedDevices", &Kind::Any, "How many of them are fixed."),
    Field::optional("dueOn", &TEXT_OR_NULL, "When it is due."),
]);

pub(crate) static GET_EXPOSURE_SCORE: Action = Action {
    name: "getExposureScore",
    title: described("Get exposure score"),
    summary: described("Reads how exposed the organisation is."),
    category: described("Scores and remediation"),
    effect: Effect::Read,
    roles: READ_SCORES,
    budget: &budget::STANDARD,
    params: &NO_PARAMS,
    result: described(&SCORE),
    docs: described("get-exposure-score"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/exposureScore", ResponseBody::Object)),
};

pub(crate) static GET_EXPOSURE_SCORE_BY_GROUP: Action = Action {
    name: "getExposureScoreByGroup",
    title: described("Get exposure score by group"),
    summary: described("Reads how exposed each device group is."),
    category: described("Scores and remediation"),
    effect: Effect::Read,
    roles: READ_SCORES,
    budget: &budget::STANDARD,
    params: &NO_PARAMS,
    result: described(&Kind::Open(&[values!(&SCORE)])),
    docs: described("get-machine-group-exposure-score"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/exposureScore/ByMachineGroups", ResponseBody::Collection)),
};

pub(crate) static GET_CONFIGURATION_SCORE: Action = Action {
    name: "getConfigurationScore",
    title: described("Get configuration score"),
    summary: described("Reads how securely the machines are configured."),
    category: described("Scores and remediation"),
    effect: Effect::Read,
    roles: READ_SCORES,
    budget: &budget::STANDARD,
    params: &NO_PARAMS,
    result: described(&SCORE),
    docs: described("get-device-secure-score"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/configurationScore", ResponseBody::Object)),
};

pub(crate) static GET_REMEDIATION_TASKS: Action = Action {
    name: "getRemediationTasks",
    title: described("List remediation tasks"),
    summary: described("Lists remediation tasks, filtered, sorted and in pages."),
    category: described("Scores and remediation"),
    effect: Effect::Read,
    roles: READ_TASKS,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[
        Field::optional("status", &Kind::Choice(&["Active", "Completed"]), "Status.")
            .in_filter("status", Plain),
        Field::optional("createdOn", &TIME_OR_RANGE, "Creation time.").in_filter("createdOn", Time),
    ])
    .and(&[PAGING]),
    result: described(&Kind::Groups(&[&[values!(&TASK)], RESULT_PAGING])),
    docs: described("get-remediation-all-activities"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/remediationtasks", ResponseBody::Page)),
};

pub(crate) static GET_REMEDIATION_TASK: Action = Action {
    name: "getRemediationTask",
    title: described("Get remediation task"),
    summary: described("Reads one remediation task."),
    category: described("Scores and remediation"),
    effect: Effect::Read,
    roles: READ_TASKS,
    budget: &budget::STANDARD,
    params: &BY_ID,
    result: described(&TASK),
    docs: described("get-remediation-one-activity"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/remediationtasks/{id}", ResponseBody::Record)),
};

pub(crate) static GET_REMEDIATION_TASK_MACHINES: Action = Action {
    name: "getRemediationTaskMachines",
    title: described("Get remediation task machines"),
    summary: described("Lists the machines that still have an open remediation task."),
    category: described("Scores and remediation"),
    effect: Effect::Read,
    roles: READ_TASKS,
    budget: &budget::STANDARD,
    params: &BY_ID,
    result: described(&MACHINE_REFERENCES),
    docs: described("get-remediation-exposed-devices-activities"),
    deprecated: described(None),
    run: Run::Route(Route::get(
        "/api/remediationtasks/{id}/machinereferences",
        ResponseBody::Collection,
    )),
};
