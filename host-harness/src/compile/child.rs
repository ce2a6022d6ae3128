//! The compiler's process: reads a component, writes its code.

use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::time::Duration;

use super::sealed::Key;
use crate::{CompileLimits, engine};

/// What a compiler that started sends as its exit status if it refuses the component.
pub(super) const REFUSED: u8 = 1;

/// The limits that the process sets for itself, as they precede the component on stdin.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct OwnLimits {
    memory_bytes: u64,
    compute_seconds: u64,
}

impl OwnLimits {
    pub(super) fn new(limits: &CompileLimits) -> Self {
        let seconds = limits.compute_time.saturating_add(Duration::from_nanos(999_999_999));
        Self { memory_bytes: limits.memory_bytes, compute_seconds: seconds.as_secs() }
    }

    pub(super) fn to_bytes(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.memory_bytes.to_le_bytes());
        bytes[8..].copy_from_slice(&self.compute_seconds.to_le_bytes());
        bytes
    }

    fn read(input: &mut impl Read) -> io::Result<Self> {
        let mut read = || {
            let mut bytes = [0; 8];
            input.read_exact(&mut bytes).map(|()| u64::from_le_bytes(bytes))
        };
        Ok(Self { memory_bytes: read()?, compute_seconds: read()? })
    }

    #[cfg(unix)]
    fn enforce(&self) -> io::Result<()> {
        use rustix::process::Resource;

        crate::hardening::forbid_core_dumps()?;
        // At the lower limit the system sends a signal that says why, at the upper one it kills.
        limit(Resource::Cpu, self.compute_seconds, self.compute_seconds.saturating_add(1))?;
        limit(Resource::Fsize, 0, 0)?;
        #[cfg(target_os = "linux")]
        {
            limit(Resource::As, self.memory_bytes, self.memory_bytes)?;
            // The host may be killed while it waits.
            let signal = Some(rustix::process::Signal::KILL);
            rustix::process::set_parent_process_death_signal(signal)?;
        }
        Ok(())
    }

    #[cfg(not(unix))]
    fn enforce(&self) -> io::Result<()> {
        Ok(())
    }
}

/// Lowers a limit of this process, for good.
#[cfg(unix)]
fn limit(resource: rustix::process::Resource, soft: u64, hard: u64) -> io::Result<()> {
    use rustix::process::{Rlimit, getrlimit, setrlimit};

    let hard = getrlimit(resource).maximum.map_or(hard, |maximum| maximum.min(hard));
    Ok(setrlimit(resource, Rlimit { current: Some(soft.min(hard)), maximum: Some(hard) })?)
}

/// Runs this process as the compiler of a host, the program of
/// [`HostBuilder::compiler`](crate::HostBuilder::compiler): reads a component from stdin and writes
/// its code to stdout. Call it first thing in `main`, before threads are started:
///
/// ```no_run
/// use std::process::ExitCode;
///
/// fn main() -> ExitCode {
///     if std::env::args().nth(1).as_deref() == Some("compile-component") {
///         return host_harness::compile_child();
///     }
///     // The program that hosts components.
///     ExitCode::SUCCESS
/// }
/// ```
///
/// Before it reads the component, it limits itself as the host asks. On Linux: address space,
/// processor time, no files written, no core dumps, and it ends with its parent. On other Unix
/// systems all but the address space and the parent. On Windows nothing: there the host only limits
/// the time and the size of the output.
pub fn compile_child() -> ExitCode {
    match compile(&mut io::stdin().lock(), &mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            let _ = writeln!(io::stderr(), "{problem}");
            ExitCode::from(REFUSED)
        }
    }
}

fn compile(input: &mut impl Read, output: &mut impl Write) -> Result<(), String> {
    let limits = OwnLimits::read(input).map_err(|_| {
        "this reads a component from a host, and is not meant to be started by hand".to_owned()
    })?;
    limits.enforce().map_err(|error| format!("the process could not limit itself: {error}"))?;
    let mut component = Vec::new();
    input.read_to_end(&mut component).map_err(|error| format!("no component: {error}"))?;
    let engine = engine::compiler().map_err(|error| error.to_string())?;
    let code = engine.precompile_component(&component).map_err(|error| format!("{error:#}"))?;
    let header = Key::new(&engine, &component).header(&code);
    let written = output.write_all(&header).and_then(|()| output.write_all(&code));
    written.and_then(|()| output.flush()).map_err(|error| format!("no output: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_arrive_as_they_were_sent_and_seconds_are_rounded_up() {
        let limits =
            CompileLimits { compute_time: Duration::from_millis(1500), ..CompileLimits::default() };
        let sent = OwnLimits::new(&limits);
        assert_eq!((sent.memory_bytes, sent.compute_seconds), (2 << 30, 2));
        assert_eq!(OwnLimits::read(&mut &sent.to_bytes()[..]).unwrap(), sent);
        assert!(OwnLimits::read(&mut &b"short"[..]).is_err());
    }
}
