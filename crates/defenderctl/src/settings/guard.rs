//! Who else may change a file that decides what is sent where, or a program that is run.
//!
//! On Unix by owner and mode. Other systems have access lists, which are not looked at.

use std::fs::File;
use std::path::Path;

/// Whose file is used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// The user's own, or root's.
    UserOrRoot,
    /// The same, for settings that were found and not named.
    UserOrRootUnlessNamed,
    /// Anyone's: the user named the file.
    Anyone,
}

/// Refuses an open file that others can write to, as ssh does, or that is another user's: they
/// could point the connector, and with it the credentials, elsewhere.
///
/// # Errors
///
/// What is wrong, and how to correct it.
pub(super) fn check(path: &Path, file: &File, owner: Owner) -> Result<(), String> {
    let metadata = file.metadata().map_err(|error| format!("{}: {error}", path.display()))?;
    system::check(path, &metadata, owner)
}

/// Whether others can write to a file or folder, or own it. Neither is so if it does not exist.
pub(crate) fn open_to_change(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| system::is_open(&metadata))
}

#[cfg(unix)]
pub(super) use system::program;

#[cfg(unix)]
mod system {
    use std::fs::{self, Metadata};
    use std::os::unix::fs::MetadataExt;
    use std::path::Path;

    use super::Owner;

    pub(super) fn check(path: &Path, metadata: &Metadata, owner: Owner) -> Result<(), String> {
        let shown = path.display();
        if owner != Owner::Anyone && is_foreign(metadata) {
            let fix = match owner {
                Owner::UserOrRootUnlessNamed => format!("to use it, name it: -c {shown}"),
                _ => "use a file that is yours or root's".to_owned(),
            };
            return Err(format!("{shown} is not used: it belongs to another user; {fix}"));
        }
        if is_writable(metadata) {
            let fix = chmod("go-w", path);
            return Err(format!("{shown} is not used: others can write to it; run {fix}"));
        }
        Ok(())
    }

    /// Refuses a program that another user could have written, or could put in its place. One that
    /// does not exist is for its start to report.
    ///
    /// # Errors
    ///
    /// What is wrong, and how to correct it.
    pub(in crate::settings) fn program(path: &Path) -> Result<(), String> {
        let Ok(file) = path.canonicalize() else { return Ok(()) };
        let named = std::path::absolute(path).map_err(|error| error.to_string())?;
        // Every folder on the way to the name, and to the file if the name is a link.
        for place in [&named, &file] {
            place.ancestors().skip(1).try_for_each(|folder| holds(path, folder))?;
        }
        fs::metadata(&file)
            .map_err(|error| format!("{}: {error}", file.display()))
            .and_then(|metadata| check(&file, &metadata, Owner::UserOrRoot))
    }

    /// Refuses a folder in which any user, or its foreign owner, can replace the program. A group
    /// may write to it: Homebrew's `admin` and Debian's `staff` do.
    fn holds(program: &Path, folder: &Path) -> Result<(), String> {
        let Ok(metadata) = fs::metadata(folder) else { return Ok(()) };
        let (program, shown) = (program.display(), folder.display());
        if is_foreign(&metadata) {
            return Err(format!(
                "{program} is not run: {shown} belongs to another user, who can replace it"
            ));
        }
        // In a sticky folder only a file's owner can replace it.
        if metadata.mode() & 0o1002 == 0o002 {
            let fix = chmod("o-w", folder);
            return Err(format!(
                "{program} is not run: every user can replace it in {shown}; run {fix}"
            ));
        }
        Ok(())
    }

    pub(super) fn is_open(metadata: &Metadata) -> bool {
        is_foreign(metadata) || is_writable(metadata)
    }

    fn is_writable(metadata: &Metadata) -> bool {
        metadata.mode() & 0o022 != 0
    }

    fn is_foreign(metadata: &Metadata) -> bool {
        ![0, rustix::process::geteuid().as_raw()].contains(&metadata.uid())
    }

    fn chmod(change: &str, path: &Path) -> String {
        let path = path.to_string_lossy();
        format!("`chmod {change} {}`", shlex::try_quote(&path).unwrap_or_default())
    }
}

#[cfg(not(unix))]
mod system {
    use std::fs::Metadata;
    use std::path::Path;

    use super::Owner;

    pub(super) fn check(_: &Path, _: &Metadata, _: Owner) -> Result<(), String> {
        Ok(())
    }

    pub(super) fn is_open(_: &Metadata) -> bool {
        false
    }
}
