//! A change that may have been carried out: the command is printed that shows whether it was.

use defender_stub::{Fault, FaultKind};

use crate::inside::{ISOLATE, Inside, command};
use crate::world::MACHINE;

/// A gateway's answer to a request that changes something: its result is unknown.
fn lost() -> FaultKind {
    FaultKind::Html { status: 503 }
}

#[test]
fn the_printed_command_shows_whether_it_happened() {
    let trials = [
        (
            "POST /api/machines/{id}/setDeviceValue",
            format!("run setDeviceValue -p id={MACHINE} -p deviceValue=Low"),
            "run getAgentDetails",
            "ws-ops-014",
        ),
        (
            "POST /api/machines/{id}/tags",
            format!("run addTag -p id={MACHINE} -p tag=case"),
            "run getAgentDetails",
            "ws-ops-014",
        ),
        (
            "POST /api/indicators/import",
            "block 203.0.113.99 -m c --yes".to_owned(),
            "indicators --all",
            "\"value\"",
        ),
        (
            "DELETE /api/libraryfiles/{fileName}",
            "script delete triage.ps1 --yes".to_owned(),
            "script list",
            "triage.ps1",
        ),
    ];
    for (on, call, look, shows) in trials {
        let inside = Inside::new();
        inside.service().add_fault(Fault::new(on, lost()).always());
        let ran = inside.call(&call).ends(1);
        let title = "to look whether it was carried out:";
        assert!(ran.stderr.contains(title), "{call}:\n{}", ran.stderr);
        let shown = inside.shell(&command(&ran, look)).ends(0).stdout;
        assert!(shown.contains(shows), "{call}: {shown}");
    }
}

#[test]
fn an_isolation_in_doubt_is_looked_for_among_the_jobs_of_its_machine() {
    let inside = Inside::new();
    let late = FaultKind::Delay { ms: 600_000 };
    inside.service().add_fault(Fault::new(ISOLATE, late).always());
    let running = inside.isolation("");
    inside.has_got(1, ISOLATE);
    running.interrupt();
    let ran = running.ends(1);
    let look = command(&ran, &format!("jobs --machine {MACHINE}"));
    let jobs = inside.shell(&look).ends(0).json();
    assert_eq!(jobs["value"][0]["type"], "Isolate", "{jobs}");
}
