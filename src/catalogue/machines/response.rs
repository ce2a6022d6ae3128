//! Response actions: each is a machine action that the service carries out in its own time.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/machineaction>.

use crate::catalogue::budget;
use crate::catalogue::entities::SHA1_OR_SHA256;
use crate::catalogue::fields::{BATCH_RESULT, COMMENT, DRY_RUN_RESULT};
use crate::catalogue::machines::actions::MACHINE_ACTION;
use crate::catalogue::options::{OPTIONS, TARGET_NAMES, TARGETS};
use crate::catalogue::{Action, Body, Effect, JobType, ResponseBody, Roles, Route, Run};
use crate::described::described;
use crate::schema::{FILE_HASH, Field, Kind, ObjectSchema};

static PLAIN: ObjectSchema =
    ObjectSchema::new(&[COMMENT]).and(&[TARGETS, OPTIONS]).exactly_one_of(TARGET_NAMES);

/// The result of starting a machine action: the machine action, a record each for several, or what
/// would be sent.
pub(crate) const STARTED: Kind = Kind::Either(&[MACHINE_ACTION, BATCH_RESULT, DRY_RUN_RESULT]);

/// A type of machine action, and the one that undoes it.
const fn started(kind: &'static str, inverse: &'static str) -> JobType {
    JobType { kind, inverse, finish: None }
}

/// A row of this family.
const fn row(roles: Roles, path: &'static str, started: &'static JobType) -> Action {
    Action {
        name: "",
        title: described(""),
        summary: described(""),
        category: described("Response"),
        effect: Effect::Disrupt,
        roles,
        budget: &budget::STANDARD,
        params: &PLAIN,
        result: described(&STARTED),
        docs: described(""),
        deprecated: described(None),
        run: Run::Operation(Route::post(path, Body::Json(&[]), ResponseBody::Job(started))),
    }
}

const ISOLATION_TYPE: Field = Field::optional(
    "isolationType",
    &Kind::Choice(&["Full", "Selective", "UnManagedDevice"]),
    "Selective leaves Outlook and Teams; UnManagedDevice contains a machine that is not onboarded.",
)
.or_text(&"Full")
.in_body("IsolationType");

pub(crate) static ISOLATE_HOST: Action = Action {
    name: "isolateHost",
    title: described("Isolate host"),
    summary: described("Cuts a machine off the network, all but its connection to Defender."),
    params: &ObjectSchema::new(&[COMMENT, ISOLATION_TYPE])
        .and(&[TARGETS, OPTIONS])
        .exactly_one_of(TARGET_NAMES),
    docs: described("isolate-machine"),
    ..row(&[&["Machine.Isolate"]], "/api/machines/{id}/isolate", &started("Isolate", "Unisolate"))
};

pub(crate) static RELEASE_HOST: Action = Action {
    name: "releaseHost",
    title: described("Release host"),
    summary: described("Gives an isolated machine its network back."),
    docs: described("unisolate-machine"),
    ..row(&[&["Machine.Isolate"]], "/api/machines/{id}/unisolate", &started("Unisolate", "Isolate"))
};

pub(crate) static RESTRICT_APP_EXECUTION: Action = Action {
    name: "restrictAppExecution",
    title: described("Restrict app execution"),
    summary: described("Lets only programs signed by Microsoft run on a machine."),
    docs: described("restrict-code-execution"),
    ..row(
        &[&["Machine.RestrictExecution"]],
        "/api/machines/{id}/restrictCodeExecution",
        &started("RestrictCodeExecution", "UnrestrictCodeExecution"),
    )
};

pub(crate) static UNRESTRICT_APP_EXECUTION: Action = Action {
    name: "unrestrictAppExecution",
    title: described("Unrestrict app execution"),
    summary: described("Lets all programs run on a machine again."),
    docs: described("unrestrict-code-execution"),
    ..row(
        &[&["Machine.RestrictExecution"]],
        "/api/machines/{id}/unrestrictCodeExecution",
        &started("UnrestrictCodeExecution", "RestrictCodeExecution"),
    )
};

const SCAN_TYPE: Field =
    Field::optional("scanType", &Kind::Choice(&["Quick", "Full"]), "How thorough.")
        .or_text(&"Quick")
        .in_body("ScanType");

pub(crate) static RUN_ANTIVIRUS_SCAN: Action = Action {
    name: "runAntivirusScan",
    title: described("Run antivirus scan"),
    summary: described("Scans a machine with Defender Antivirus."),
    params: &ObjectSchema::new(&[COMMENT, SCAN_TYPE])
        .and(&[TARGETS, OPTIONS])
        .exactly_one_of(TARGET_NAMES),
    docs: described("run-av-scan"),
    ..row(
        &[&["Machine.Scan"]],
        "/api/machines/{id}/runAntiVirusScan",
        &started("RunAntiVirusScan", ""),
    )
};

const FILE: Field =
    Field::required("sha1", &Kind::Text(&FILE_HASH), SHA1_OR_SHA256).in_body("Sha1");

pub(crate) static STOP_AND_QUARANTINE_FILE: Action = Action {
    name: "stopAndQuarantineFile",
    title: described("Stop and quarantine file"),
    summary: described("Stops a file on a machine and puts it into quarantine."),
    params: &ObjectSchema::new(&[COMMENT, FILE])
        .and(&[TARGETS, OPTIONS])
        .exactly_one_of(TARGET_NAMES),
    docs: described("stop-and-quarantine-file"),
    ..row(
        &[&["Machine.StopAndQuarantine"], &["Machine.Read.All", "Machine.ReadWrite.All"]],
        "/api/machines/{id}/StopAndQuarantineFile",
        &started("StopAndQuarantineFile", ""),
    )
};

pub(crate) static COLLECT_INVESTIGATION_PACKAGE: Action = Action {
    name: "collectInvestigationPackage",
    title: described("Collect investigation package"),
    summary: described("Collects forensic data of a machine."),
    docs: described("collect-investigation-package"),
    ..row(
        &[&["Machine.CollectForensics"]],
        "/api/machines/{id}/collectInvestigationPackage",
        &started("CollectInvestigationPackage", ""),
    )
};

pub(crate) static OFFBOARD_HOST: Action = Action {
    name: "offboardHost",
    title: described("Offboard host"),
    summary: described(
        "Stops Defender's sensor on a Windows machine; only its administrator can undo it.",
    ),
    docs: described("offboard-machine-api"),
    ..row(&[&["Machine.Offboard"]], "/api/machines/{id}/offboard", &started("Offboard", ""))
};
