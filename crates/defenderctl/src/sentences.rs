//! How an action ended, as a sentence about its machine.

/// What is so of a machine once an action has succeeded there.
pub(crate) fn done(action: &str) -> Option<&'static str> {
    Some(match action {
        "isolateHost" => "is isolated",
        "releaseHost" => "is released from isolation",
        "restrictAppExecution" => "runs only applications signed by Microsoft",
        "unrestrictAppExecution" => "runs all applications again",
        "runAntivirusScan" => "has been scanned",
        "stopAndQuarantineFile" => "has the file in quarantine",
        "collectInvestigationPackage" => "has collected its investigation package",
        "offboardHost" => "is offboarded",
        "runScript" => "has run the script",
        _ => return None,
    })
}
