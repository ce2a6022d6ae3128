//! The table of actions. Most have a verb: the action with its parameters in a responder's words. A
//! test holds every row against the catalogue.

use super::make::{COMMENT, DRY, ENSURE, act, optional, policy, read, required};
use super::row::{Argument, Hosts, Isolation, Kind, Row, Special, Subject, Waits};
use super::{INDICATORS, ISOLATION, JOBS, LIBRARY_FILES, MACHINES};

const ALL: Argument = optional("--all", "all", Kind::Flag, "Every page in one result");

/// All verbs, the most used first.
pub(crate) const VERBS: &[Row] = &[
    Row {
        question: Some("Isolate"),
        ..act(
            ("isolate", "is isolated"),
            "Cut machines off the network, all but their connection to Defender",
            "isolateHost",
        )
    },
    Row {
        question: Some("Release"),
        isolation: Isolation::IsNot,
        ..act(
            ("release", "is released from isolation"),
            "Give isolated machines their network back",
            "releaseHost",
        )
    },
    Row {
        arguments: &[
            COMMENT,
            optional("--type", "scanType", Kind::Text, "Quick (unless said) or Full"),
            DRY,
            ENSURE,
        ],
        ..act(
            ("scan", "has been scanned"),
            "Scan machines with Defender Antivirus",
            "runAntivirusScan",
        )
    },
    act(
        ("restrict", "runs only applications signed by Microsoft"),
        "Let only programs signed by Microsoft run",
        "restrictAppExecution",
    ),
    act(
        ("unrestrict", "runs all applications again"),
        "Let all programs run again",
        "unrestrictAppExecution",
    ),
    act(
        ("collect", "has collected its investigation package"),
        "Collect an investigation package; --to FILE fetches it",
        "collectInvestigationPackage",
    ),
    Row {
        question: Some("Offboard"),
        wants_name: true,
        ..act(
            ("offboard", "is offboarded"),
            "Stop the sensor; only the machine's administrator can undo it",
            "offboardHost",
        )
    },
    Row {
        arguments: &[
            required("HASH", "sha1", Kind::Text, "SHA-1 or SHA-256 of the file"),
            COMMENT,
            DRY,
            ENSURE,
        ],
        hosts: Hosts::Any,
        special: Special::Quarantine,
        ..act(
            ("quarantine", "has the file in quarantine"),
            "Quarantine a file; without HOST on every machine that has it",
            "stopAndQuarantineFile",
        )
    },
    Row {
        arguments: &[
            required("NAME", "parameters.scriptName", Kind::Text, "Script of the library"),
            optional("ARGS…", "parameters.args", Kind::Words, "Arguments of the script"),
            optional("-m, --comment", "comment", Kind::Text, COMMENT.help),
            DRY,
        ],
        waits: Waits::Always,
        ..act(
            ("script run", "has run the script"),
            "Run a script of the library, and bring back its output",
            "runScript",
        )
    },
    read("script list", "List the scripts and files of the library", LIBRARY_FILES),
    Row {
        arguments: &[
            required("FILE", "contentBase64", Kind::Upload, "File to upload, under its own name"),
            optional("--description", "description", Kind::Text, "What it is for"),
            optional("--replace", "overrideIfExists", Kind::Flag, "Replace one of that name"),
        ],
        ..policy(
            "script upload",
            "Put a script or a file into the library",
            ("uploadLibraryFile", Subject::NewFile),
        )
    },
    Row {
        arguments: &[required("NAME", "fileName", Kind::Text, "Script or file of the library")],
        ..policy(
            "script delete",
            "Remove a script or a file from the library",
            ("deleteLibraryFile", Subject::StoredFile),
        )
    },
    Row {
        arguments: &[
            required("HOST", "host", Kind::Special, "Machine that has the file"),
            required("PATH", "path", Kind::Text, "Path of the file on the machine"),
            COMMENT,
            DRY,
        ],
        hosts: Hosts::None,
        waits: Waits::Always,
        special: Special::File,
        ..act(("file get", ""), "Fetch a file of a machine, with --to FILE", "getFile")
    },
    Row {
        arguments: &[required("NAME", "fileName", Kind::Text, "File of the library"), COMMENT, DRY],
        ..act(("file put", ""), "Put a file of the library on machines", "putFile")
    },
    Row {
        arguments: &[
            required("VALUE…", "indicators", Kind::Special, "IP address, domain, URL or hash"),
            optional("--for", "", Kind::Special, "For this long, as 30d or 12h; else for ever"),
            optional("--action", "", Kind::Special, "Block (unless said), Audit, Warn …"),
            optional("--title", "", Kind::Special, "Title of the indicators"),
            required("-m, --comment", "", Kind::Special, "Why: the indicators' description"),
        ],
        special: Special::Block,
        ..policy(
            "block",
            "Block addresses, domains, URLs and files everywhere",
            ("importIndicators", Subject::NewIndicators),
        )
    },
    Row {
        arguments: &[required("VALUE…", "ids", Kind::Special, "What is blocked")],
        special: Special::Unblock,
        ..policy(
            "unblock",
            "Delete the indicators that block these values",
            ("deleteIndicators", Subject::StoredIndicators),
        )
    },
    Row { arguments: &[ALL], ..read("indicators", "List the indicators", INDICATORS) },
    Row {
        arguments: &[
            optional("--name", "computerDnsName", Kind::Text, "Full name of the machine"),
            optional("--tag", "machineTags", Kind::Text, "Machines with this tag"),
            ALL,
        ],
        ..read("machines", "List the machines", MACHINES)
    },
    Row {
        arguments: &[
            optional("--since", "alertCreationTime", Kind::Since, "Raised since: 24h, 7d, a date"),
            optional("--severity", "severity", Kind::Text, "Low, Medium, High …"),
            optional("--status", "status", Kind::Text, "New, InProgress or Resolved"),
            ALL,
        ],
        ..read("alerts", "List the alerts", "getAlerts")
    },
    Row {
        arguments: &[
            optional("--since", "createdDateTime", Kind::Since, "Begun since: 24h, 7d, a date"),
            optional("--severity", "severity", Kind::Text, "low, medium, high …"),
            optional("--status", "status", Kind::Text, "active, inProgress, resolved …"),
            optional(
                "--alerts",
                "expand",
                Kind::Sets("alerts"),
                "With their alerts; a large tenant may fail to list them",
            ),
            ALL,
        ],
        ..read("incidents", "List the incidents of all Defender products", "getIncidents")
    },
    Row {
        arguments: &[
            optional("FILE", "query", Kind::File, "File with the query (KQL)"),
            optional("--query", "query", Kind::Text, "The query itself"),
        ],
        ..read("hunt", "Run a hunting query", "runHuntingQuery")
    },
    Row {
        arguments: &[
            optional("--severity", "severity", Kind::Text, "Low, Medium, High or Critical"),
            ALL,
        ],
        ..read("vulnerabilities", "List the vulnerabilities", "getVulnerabilities")
    },
    Row {
        arguments: &[
            optional("ID…", "id", Kind::List, "These jobs alone"),
            optional("--machine", "machineId", Kind::Text, "Of the machine with this device ID"),
            optional("--status", "status", Kind::Text, "Pending, InProgress, Succeeded …"),
            optional("--since", "creationDateTimeUtc", Kind::Since, "Since: 24h, 7d, a date"),
            ALL,
        ],
        special: Special::Jobs,
        ..read("jobs", "List what was done to machines, and how far it is", JOBS)
    },
    read("isolated", "List the isolated machines: since when, by which job and by whom", ISOLATION),
    Row {
        arguments: &[required(
            "ID…",
            "ids",
            Kind::List,
            "Job, as `jobs` lists it; the beginning of its ID is enough",
        )],
        waits: Waits::Itself,
        special: Special::Jobs,
        ..read("wait", "Follow jobs to their end", "waitForAction")
    },
    Row {
        arguments: &[
            required(
                "ID…",
                "ids",
                Kind::List,
                "Job, as `jobs` lists it; the beginning of its ID is enough",
            ),
            COMMENT,
            DRY,
            ENSURE,
        ],
        hosts: Hosts::None,
        look: ("run getAction", "id"),
        special: Special::Jobs,
        ..act(("cancel", ""), "Cancel jobs that have not ended", "cancelAction")
    },
];
