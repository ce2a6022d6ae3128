//! Actions that yield a file.

use super::row::Action;

/// An action that yields a file.
#[derive(Debug)]
pub struct FileSource {
    /// Its name.
    pub action: &'static str,
    /// If it has to be carried out first: the action that opens the same file again, without doing
    /// so.
    pub again: Option<&'static str>,
    /// Which link leads to the file.
    pub link: FileLink,
}

/// Which link leads to a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FileLink {
    /// That to what a live response command left.
    Result,
    /// That to an investigation package.
    Package,
}

/// Every action that yields a file.
pub const FILE_SOURCES: &[FileSource] = &[
    FileSource { action: "getActionResults", again: None, link: FileLink::Result },
    FileSource { action: "getPackageLink", again: None, link: FileLink::Package },
    FileSource { action: "getFile", again: Some("getActionResults"), link: FileLink::Result },
    FileSource { action: "runScript", again: Some("getActionResults"), link: FileLink::Result },
    FileSource {
        action: "collectInvestigationPackage",
        again: Some("getPackageLink"),
        link: FileLink::Package,
    },
];

/// The action to open, with the ID of the job, for the file that an action leaves; its own name if
/// it is opened itself.
pub fn file_action(action: &Action) -> Option<&'static str> {
    let source = FILE_SOURCES.iter().find(|source| source.action == action.name)?;
    Some(source.again.unwrap_or(source.action))
}
