//! Actions that yield a file.

use super::row::Action;

/// An action that yields a file.
#[derive(Debug)]
pub struct FileSource {
    /// The action's name.
    pub action: &'static str,
    /// The action that opens the same file again without repeating this one, if this one has to run
    /// first.
    pub reopen_action: Option<&'static str>,
    /// The link that leads to the file.
    pub link: FileLink,
}

/// The link that leads to a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FileLink {
    /// The link to a live response command's output.
    Result,
    /// The link to an investigation package.
    Package,
}

/// All actions that yield a file.
pub const FILE_SOURCES: &[FileSource] = &[
    FileSource { action: "getActionResults", reopen_action: None, link: FileLink::Result },
    FileSource { action: "getPackageLink", reopen_action: None, link: FileLink::Package },
    FileSource {
        action: "getFile",
        reopen_action: Some("getActionResults"),
        link: FileLink::Result,
    },
    FileSource {
        action: "runScript",
        reopen_action: Some("getActionResults"),
        link: FileLink::Result,
    },
    FileSource {
        action: "collectInvestigationPackage",
        reopen_action: Some("getPackageLink"),
        link: FileLink::Package,
    },
];

/// Returns the action to open, with the job's ID, for the file that an action produces; its own
/// name if it is opened directly.
pub fn file_action(action: &Action) -> Option<&'static str> {
    let source = FILE_SOURCES.iter().find(|source| source.action == action.name)?;
    Some(source.reopen_action.unwrap_or(source.action))
}
