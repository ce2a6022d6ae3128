//! Files by digest: information, statistics, alerts and machines.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/files>.

use crate::catalogue::budget;
use crate::catalogue::entities::{
    ALERTS, FILE, MACHINES, READ_ALERTS, READ_FILES, READ_MACHINES, SHA1_OR_SHA256,
};
use crate::catalogue::fields::LOOK_BACK;
use crate::catalogue::observables::network::STATISTICS;
use crate::catalogue::{Action, Effect, ResponseBody, Route, Run};
use crate::described::described;
use crate::schema::{FILE_HASH, Field, Kind, ObjectSchema};

const HASH: Field =
    Field::required("hash", &Kind::Text(&FILE_HASH), "SHA-1 or SHA-256 of the file.").in_path();

static BY_SHA1: ObjectSchema =
    ObjectSchema::new(
        &[Field::required("sha1", &Kind::Text(&FILE_HASH), SHA1_OR_SHA256).in_path()],
    );

pub(crate) static GET_FILE_INFO: Action = Action {
    name: "getFileInfo",
    title: described("Get file info"),
    summary: described("Reads what the service knows about a file."),
    category: described("Files"),
    effect: Effect::Read,
    roles: READ_FILES,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[HASH]),
    result: described(&FILE),
    docs: described("get-file-information"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/files/{hash}", ResponseBody::Object)),
};

pub(crate) static GET_FILE_STATISTICS: Action = Action {
    name: "getFileStatistics",
    title: described("Get file statistics"),
    summary: described("Reads how often a file was seen, in the organisation and worldwide."),
    category: described("Files"),
    effect: Effect::Read,
    roles: READ_FILES,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[HASH, LOOK_BACK]),
    result: described(&STATISTICS),
    docs: described("get-file-statistics"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/files/{hash}/stats", ResponseBody::Object)),
};

pub(crate) static GET_FILE_ALERTS: Action = Action {
    name: "getFileAlerts",
    title: described("Get file alerts"),
    summary: described("Lists the alerts about a file."),
    category: described("Files"),
    effect: Effect::Read,
    roles: READ_ALERTS,
    budget: &budget::STANDARD,
    params: &BY_SHA1,
    result: described(&ALERTS),
    docs: described("get-file-related-alerts"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/files/{sha1}/alerts", ResponseBody::Collection)),
};

pub(crate) static GET_FILE_MACHINES: Action = Action {
    name: "getFileMachines",
    title: described("Get file machines"),
    summary: described("Lists the machines that a file was seen on."),
    category: described("Files"),
    effect: Effect::Read,
    roles: READ_MACHINES,
    budget: &budget::STANDARD,
    params: &BY_SHA1,
    result: described(&MACHINES),
    docs: described("get-file-related-machines"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/files/{sha1}/machines", ResponseBody::Collection)),
};
