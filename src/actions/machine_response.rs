//! What is done to machines: each a machine action that the service carries out in its own time.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/machineaction>.

use super::fields::{COMMENT, MACHINE_ID};
use super::machine_actions::MACHINE_ACTION;
use super::row::{Action, Answer, Body, Effect, Roles, Route, Run};
use crate::shape::{Field, Kind, Need, SHA1, Shape};

static PLAIN: Shape = Shape::of(&[MACHINE_ID, COMMENT]);

/// A row of this family: `path` is below the machine, `kind` the service's name for the machine action that it starts.
const fn row(roles: Roles, path: &'static str, kind: &'static str) -> Action {
    Action {
        name: "",
        title: "",
        summary: "",
        effect: Effect::Disrupt,
        roles,
        params: &PLAIN,
        result: &MACHINE_ACTION,
        docs: "",
        deprecated: None,
        run: Run::Route(Route::post(path, Body::Members(&[]), Answer::Started { kind })),
    }
}

const ISOLATION_TYPE: Field = Field::optional(
    "isolationType",
    Kind::Choice(&["Full", "Selective", "UnManagedDevice"]),
    "Selective leaves Outlook and Teams; UnManagedDevice contains a machine that is not onboarded.",
)
.or(Need::DefaultText("Full"))
.in_body("IsolationType");

pub(super) static ISOLATE_HOST: Action = Action {
    name: "isolateHost",
    title: "Isolate host",
    summary: "Cuts a machine off the network, all but its connection to Defender.",
    params: &Shape::of(&[MACHINE_ID, COMMENT, ISOLATION_TYPE]),
    docs: "isolate-machine",
    ..row(&[&["Machine.Isolate"]], "/api/machines/{id}/isolate", "Isolate")
};

pub(super) static RELEASE_HOST: Action = Action {
    name: "releaseHost",
    title: "Release host",
    summary: "Gives an isolated machine its network back.",
    docs: "unisolate-machine",
    ..row(&[&["Machine.Isolate"]], "/api/machines/{id}/unisolate", "Unisolate")
};

pub(super) static RESTRICT_APP_EXECUTION: Action = Action {
    name: "restrictAppExecution",
    title: "Restrict app execution",
    summary: "Lets only programs signed by Microsoft run on a machine.",
    docs: "restrict-code-execution",
    ..row(&[&["Machine.RestrictExecution"]], "/api/machines/{id}/restrictCodeExecution", "RestrictCodeExecution")
};

pub(super) static UNRESTRICT_APP_EXECUTION: Action = Action {
    name: "unrestrictAppExecution",
    title: "Unrestrict app execution",
    summary: "Lets all programs run on a machine again.",
    docs: "unrestrict-code-execution",
    ..row(&[&["Machine.RestrictExecution"]], "/api/machines/{id}/unrestrictCodeExecution", "UnrestrictCodeExecution")
};

const SCAN_TYPE: Field = Field::optional("scanType", Kind::Choice(&["Quick", "Full"]), "How thorough.")
    .or(Need::DefaultText("Quick"))
    .in_body("ScanType");

pub(super) static RUN_ANTIVIRUS_SCAN: Action = Action {
    name: "runAntivirusScan",
    title: "Run antivirus scan",
    summary: "Scans a machine with Defender Antivirus.",
    params: &Shape::of(&[MACHINE_ID, COMMENT, SCAN_TYPE]),
    docs: "run-av-scan",
    ..row(&[&["Machine.Scan"]], "/api/machines/{id}/runAntiVirusScan", "RunAntiVirusScan")
};

const FILE: Field = Field::required("sha1", Kind::Text(&SHA1), "SHA-1 of the file.").in_body("Sha1");

pub(super) static STOP_AND_QUARANTINE_FILE: Action = Action {
    name: "stopAndQuarantineFile",
    title: "Stop and quarantine file",
    summary: "Stops a file on a machine and puts it into quarantine.",
    params: &Shape::of(&[MACHINE_ID, COMMENT, FILE]),
    docs: "stop-and-quarantine-file",
    ..row(
        &[&["Machine.StopAndQuarantine"], &["Machine.Read.All", "Machine.ReadWrite.All"]],
        "/api/machines/{id}/StopAndQuarantineFile",
        "StopAndQuarantineFile",
    )
};

pub(super) static COLLECT_INVESTIGATION_PACKAGE: Action = Action {
    name: "collectInvestigationPackage",
    title: "Collect investigation package",
    summary: "Collects forensic data of a machine.",
    docs: "collect-investigation-package",
    ..row(
        &[&["Machine.CollectForensics"]],
        "/api/machines/{id}/collectInvestigationPackage",
        "CollectInvestigationPackage",
    )
};

pub(super) static OFFBOARD_HOST: Action = Action {
    name: "offboardHost",
    title: "Offboard host",
    summary: "Stops Defender's sensor on a Windows machine; only its administrator can undo it.",
    docs: "offboard-machine-api",
    ..row(&[&["Machine.Offboard"]], "/api/machines/{id}/offboard", "Offboard")
};
