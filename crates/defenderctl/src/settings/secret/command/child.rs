//! A program that is run for what it prints, and ends by a deadline with all that it has started.

use std::io::{self, Read};
use std::process::{self, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::super::file;

/// Short beside what any program takes to start.
const LOOK: Duration = Duration::from_millis(10);

/// A running program. Dropped before it has ended, it is killed.
pub(super) struct Child(process::Child);

/// How a program ended, and the start of what it printed.
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    pub(super) stdout: Zeroizing<Vec<u8>>,
    pub(super) stderr: Zeroizing<Vec<u8>>,
}

impl Child {
    /// Starts a program with nothing on stdin, on Unix in a process group of its own.
    pub(super) fn start(mut command: Command) -> io::Result<Self> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().map(Self)
    }

    /// Waits until it has ended and its streams are closed; `None` if the deadline comes first. At
    /// most `bytes` of each stream are kept.
    pub(super) fn end(&mut self, deadline: Instant, bytes: usize) -> io::Result<Option<Ended>> {
        let (stdout, stderr) = (self.0.stdout.take(), self.0.stderr.take());
        let stdout = stdout.map(|stream| printed(stream, bytes));
        let stderr = stderr.map(|stream| printed(stream, bytes));
        let receive = |stream: Option<mpsc::Receiver<Zeroizing<Vec<u8>>>>| {
            let left = deadline.saturating_duration_since(Instant::now());
            stream.and_then(|stream| stream.recv_timeout(left).ok())
        };
        // What it has started may hold its streams open beyond its own end; what was printed is
        // known when they are closed. Until then its number, which is its group's, is not reused.
        let (Some(stdout), Some(stderr)) = (receive(stdout), receive(stderr)) else {
            self.kill();
            return Ok(None);
        };
        let Some(status) = self.status(deadline)? else {
            self.kill();
            return Ok(None);
        };
        Ok(Some(Ended { status, stdout, stderr }))
    }

    fn status(&mut self, deadline: Instant) -> io::Result<Option<ExitStatus>> {
        loop {
            let status = self.0.try_wait()?;
            if status.is_some() || Instant::now() >= deadline {
                return Ok(status);
            }
            thread::sleep(LOOK);
        }
    }

    /// Kills it and, on Unix, its group, which may outlive it.
    fn kill(&mut self) {
        #[cfg(unix)]
        let _ = rustix::process::kill_process_group(
            rustix::process::Pid::from_child(&self.0),
            rustix::process::Signal::KILL,
        );
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(None)) {
            self.kill();
        }
    }
}

/// Reads a stream to its end, so that the program never waits for a reader, and keeps its start.
fn printed(
    mut stream: impl Read + Send + 'static,
    bytes: usize,
) -> mpsc::Receiver<Zeroizing<Vec<u8>>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let start = file::start(&mut stream, bytes).unwrap_or_default();
        let _ = io::copy(&mut stream, &mut io::sink());
        // Nobody listens any more when the time is up.
        let _ = sender.send(start);
    });
    receiver
}
