//! Files by digest: information, statistics, alerts and machines.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/files>.

use crate::catalogue::alerts::read::{ALERTS, READ_ALERTS};
use crate::catalogue::budget;
use crate::catalogue::fields::{LOOK_BACK, TEXT_OR_NULL};
use crate::catalogue::machines::read::{MACHINES, READ_MACHINES};
use crate::catalogue::observables::network::STATISTICS;
use crate::catalogue::{Action, Effect, ResponseBody, Roles, Route, Run};
use crate::schema::{FILE_HASH, Field, Kind, ObjectSchema};

pub(crate) const READ_FILES: Roles = &[&["File.Read.All"]];

const HASH: Field =
    Field::required("hash", &Kind::Text(&FILE_HASH), "SHA-1 or SHA-256 of the file.").in_path();

static BY_SHA1: ObjectSchema =
    ObjectSchema::new(
        &[Field::required("sha1", &Kind::Text(&FILE_HASH), SHA1_OR_SHA256).in_path()],
    );

/// What names a file where the service takes its SHA-1 only.
pub(crate) const SHA1_OR_SHA256: &str =
    "SHA-1 of the file, or its SHA-256: then `getFileInfo` is asked for the SHA-1 first.";

/// A file as the service returns it.
pub(crate) static FILE: Kind = Kind::Open(&[
    Field::required("sha1", &TEXT_OR_NULL, "SHA-1."),
    Field::optional("sha256", &TEXT_OR_NULL, "SHA-256."),
    Field::optional("globalPrevalence", &Kind::Any, "How often it was seen worldwide."),
    Field::optional("fileType", &TEXT_OR_NULL, "Type."),
    Field::optional("signer", &TEXT_OR_NULL, "Who signed it."),
    Field::optional("determinationType", &TEXT_OR_NULL, "Verdict."),
]);

pub(crate) static GET_FILE_INFO: Action = Action {
    name: "getFileInfo",
    title: "Get file info",
    summary: "Reads what the service knows about a file.",
    category: "Files",
    effect: Effect::Read,
    roles: READ_FILES,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[HASH]),
    result: &FILE,
    docs: "get-file-information",
    deprecated: None,
    run: Run::Route(Route::get("/api/files/{hash}", ResponseBody::Object)),
};

pub(crate) static GET_FILE_STATISTICS: Action = Action {
    name: "getFileStatistics",
    title: "Get file statistics",
    summary: "Reads how often a file was seen, in the organisation and worldwide.",
    category: "Files",
    effect: Effect::Read,
    roles: READ_FILES,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[HASH, LOOK_BACK]),
    result: &STATISTICS,
    docs: "get-file-statistics",
    deprecated: None,
    run: Run::Route(Route::get("/api/files/{hash}/stats", ResponseBody::Object)),
};

pub(crate) static GET_FILE_ALERTS: Action = Action {
    name: "getFileAlerts",
    title: "Get file alerts",
    summary: "Lists the alerts about a file.",
    category: "Files",
    effect: Effect::Read,
    roles: READ_ALERTS,
    budget: &budget::STANDARD,
    params: &BY_SHA1,
    result: &ALERTS,
    docs: "get-file-related-alerts",
    deprecated: None,
    run: Run::Route(Route::get("/api/files/{sha1}/alerts", ResponseBody::Collection)),
};

pub(crate) static GET_FILE_MACHINES: Action = Action {
    name: "getFileMachines",
    title: "Get file machines",
    summary: "Lists the machines that a file was seen on.",
    category: "Files",
    effect: Effect::Read,
    roles: READ_MACHINES,
    budget: &budget::STANDARD,
    params: &BY_SHA1,
    result: &MACHINES,
    docs: "get-file-related-machines",
    deprecated: None,
    run: Run::Route(Route::get("/api/files/{sha1}/machines", ResponseBody::Collection)),
};
