//! Rows and arguments by what they have in common.

use host_harness::Effect::{Change, Disrupt, Policy, Read};

use super::row::{Argument, Hosts, Isolation, Kind, Row, Special, Subject, Waits};
use super::{INDICATORS, LIBRARY_FILES};

pub(super) const fn required(
    name: &'static str,
    param: &'static str,
    kind: Kind,
    help: &'static str,
) -> Argument {
    Argument { name, param, kind, required: true, help }
}

pub(super) const fn optional(
    name: &'static str,
    param: &'static str,
    kind: Kind,
    help: &'static str,
) -> Argument {
    Argument { name, param, kind, required: false, help }
}

pub(super) const COMMENT: Argument =
    required("-m, --comment", "comment", Kind::Text, "Why: the service keeps it with the job");
pub(super) const DRY: Argument =
    optional("--dry-run", "dryRun", Kind::Flag, "Show what would be sent");
pub(super) const ENSURE: Argument =
    optional("--ensure", "ensure", Kind::Flag, "Send nothing to machines that are in that state");

/// A verb that does one thing to machines. `done`: what is so of a machine then.
pub(super) const fn act(
    (verb, done): (&'static str, &'static str),
    about: &'static str,
    action: &'static str,
) -> Row {
    Row {
        verb,
        about,
        action,
        effect: Disrupt,
        hosts: Hosts::Some,
        arguments: &[COMMENT, DRY, ENSURE],
        waits: Waits::AtTerminal,
        special: Special::None,
        done,
        look: ("jobs", "--machine"),
        subject: None,
        question: None,
        isolation: Isolation::Is,
        wants_name: false,
    }
}

/// A verb that reads.
pub(super) const fn read(verb: &'static str, about: &'static str, action: &'static str) -> Row {
    Row {
        effect: Read,
        hosts: Hosts::None,
        arguments: &[],
        waits: Waits::Never,
        look: ("", ""),
        ..act((verb, ""), about, action)
    }
}

/// A verb that changes something for the whole tenant.
pub(super) const fn policy(
    verb: &'static str,
    about: &'static str,
    (action, subject): (&'static str, Subject),
) -> Row {
    let (list, look) = match subject {
        Subject::NewIndicator | Subject::NewIndicators => (None, "indicators --all"),
        Subject::StoredIndicators => (Some(INDICATORS), "indicators --all"),
        Subject::NewFile | Subject::StoredFile => (Some(LIBRARY_FILES), "script list"),
    };
    Row {
        effect: Policy,
        subject: Some((subject, list)),
        look: (look, ""),
        ..read(verb, about, action)
    }
}

/// A change without a verb, and the command that shows whether it was carried out.
pub(super) const fn change(action: &'static str, look: (&'static str, &'static str)) -> Row {
    Row { effect: Change, look, ..read("", "", action) }
}
