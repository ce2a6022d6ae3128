//! Hardening of a process that holds secrets.

use std::io;

/// Forbids core dumps of this process, which would write its memory with all secrets to a file. On
/// Linux no debugger of the same user may attach to it either, or read its memory or its
/// environment in `/proc`.
///
/// Call it at the start of a program that hosts connectors. On systems other than Unix it does
/// nothing.
///
/// # Errors
///
/// The system refuses the limit.
#[cfg(unix)]
pub fn forbid_core_dumps() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};

    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    #[cfg(target_os = "linux")]
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)?;
    Ok(())
}

/// Does nothing on this system.
///
/// # Errors
///
/// None.
#[cfg(not(unix))]
pub fn forbid_core_dumps() -> io::Result<()> {
    Ok(())
}
