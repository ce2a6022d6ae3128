//! Who else may change a file that decides what is sent where.

use std::path::Path;

/// Refuses a file that others can write to, as ssh does: they could point the connector, and with
/// it the credentials, elsewhere. A file that is not there is for the reader to report.
///
/// # Errors
///
/// What is wrong, and the command that corrects it.
#[cfg(unix)]
pub(super) fn for_its_owner_to_write(path: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let is_open = |metadata: std::fs::Metadata| metadata.permissions().mode() & 0o022 != 0;
    if !std::fs::metadata(path).is_ok_and(is_open) {
        return Ok(());
    }
    let shown = path.to_string_lossy();
    let quoted = shlex::try_quote(&shown).unwrap_or_default();
    Err(format!("{shown} is not used: others can write to it; run `chmod go-w {quoted}`"))
}

/// Refuses a settings file that nobody named and that is another user's: it may name a program.
///
/// # Errors
///
/// What is wrong, and how to use the file all the same.
#[cfg(unix)]
pub(super) fn of_this_user(path: &Path) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt;
    let own = [0, rustix::process::geteuid().as_raw()];
    if std::fs::metadata(path).is_ok_and(|metadata| !own.contains(&metadata.uid())) {
        let shown = path.display();
        return Err(format!(
            "{shown} is not used: it belongs to another user; to use it, name it: -c {shown}"
        ));
    }
    Ok(())
}

/// Other systems have access lists, which are not looked at.
#[cfg(not(unix))]
pub(super) fn for_its_owner_to_write(_path: &Path) -> Result<(), String> {
    Ok(())
}

/// Other systems have access lists, which are not looked at.
#[cfg(not(unix))]
pub(super) fn of_this_user(_path: &Path) -> Result<(), String> {
    Ok(())
}
