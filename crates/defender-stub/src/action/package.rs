//! The investigation package of a collection.

use time::OffsetDateTime;

use super::Action;
use super::results::Artifact;
use crate::zip;

/// The action's package once it is complete. Actions that collect nothing have none.
pub(crate) fn of(action: &Action, now: OffsetDateTime) -> Option<Artifact> {
    if action.kind != "CollectInvestigationPackage" || action.status(now) != "Succeeded" {
        return None;
    }
    let name = &action.computer_dns_name;
    let summary = format!("Forensics collection of {name}\r\nStatus: succeeded\r\n");
    let files = [
        ("Forensics Collection Summary.txt", summary.as_str()),
        (
            "Network Connections/ActiveNetConnections.txt",
            "TCP 10.20.30.40:49712 203.0.113.7:443 ESTABLISHED\r\n",
        ),
        ("Processes/Processes.csv", "Name,PID\r\nexplorer.exe,4312\r\n"),
    ];
    Some(Artifact { file_name: format!("{name}.zip"), content: zip::archive(&files) })
}
