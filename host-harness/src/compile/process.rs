//! Runs the compiler in a process of its own and bounds it from outside.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::child::{OwnLimits, REFUSED};
use super::sealed::{HEADER, Key};
use crate::{CompileLimit, CompileLimits, HostError};

/// A program that calls [`compile_child`](crate::compile_child).
#[derive(Clone, Debug)]
pub(crate) struct Compiler {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<OsString>,
}

/// How much of the compiler's error message is kept.
const MESSAGE_BYTES: u64 = 4 << 10;

/// Threads of the compiler: each takes address space, which is limited.
const THREADS: &str = "4";

/// How often a compiler that has written its output is looked at until it ends.
const POLL: Duration = Duration::from_millis(1);

impl Compiler {
    /// Compiles a component in a new process.
    ///
    /// # Errors
    ///
    /// `Compile` if it refuses the component, `TooCostly` if it exceeds a limit, `Compiler` if it
    /// does not start or its output is not code for this component.
    pub(super) fn compile(
        &self,
        component: &[u8],
        key: &Key,
        limits: &CompileLimits,
    ) -> Result<Vec<u8>, HostError> {
        let failed = |error: io::Error| {
            HostError::Compiler(format!("{}: {error}", self.program.display()).into())
        };
        let mut running = Running(self.command().spawn().map_err(failed)?);
        let ended = running.run(component, limits).map_err(failed)?;
        match ended {
            Ended::TooCostly(limit) => Err(HostError::TooCostly(limit)),
            Ended::Exited { status, sealed, .. } if status.success() => {
                let not_code = || "its output is not code for this component".to_owned();
                key.unseal(sealed).ok_or_else(|| HostError::Compiler(not_code().into()))
            }
            Ended::Exited { status, message, .. } if status.code() == Some(REFUSED.into()) => {
                Err(HostError::Compile(message.trim().to_owned().into()))
            }
            Ended::Exited { status, .. } => Err(match exceeded(status, limits) {
                Some(limit) => HostError::TooCostly(limit),
                None => HostError::Compiler(format!("it ended with {status}").into()),
            }),
        }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).env_clear().env("RAYON_NUM_THREADS", THREADS);
        #[cfg(windows)]
        // No program starts without it.
        command.envs(std::env::var_os("SystemRoot").map(|root| ("SystemRoot", root)));
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

/// How the compiler ended.
enum Ended {
    Exited { status: ExitStatus, sealed: Vec<u8>, message: String },
    TooCostly(CompileLimit),
}

/// A compiler's process, killed when this is dropped.
struct Running(Child);

impl Running {
    fn run(&mut self, component: &[u8], limits: &CompileLimits) -> io::Result<Ended> {
        let deadline = Instant::now() + limits.time;
        let missing = || io::Error::other("a pipe is missing");
        let mut input = self.0.stdin.take().ok_or_else(missing)?;
        let output = self.0.stdout.take().ok_or_else(missing)?;
        let messages = self.0.stderr.take().ok_or_else(missing)?;
        let own_limits = OwnLimits::new(limits).to_bytes();
        let most = limits.code_bytes.saturating_add(HEADER);
        thread::scope(|scope| {
            // A compiler that ends early closes its input; its status says why.
            let write = move || {
                let _ = input.write_all(&own_limits).and_then(|()| input.write_all(component));
            };
            let (sender, sealed) = mpsc::sync_channel(1);
            let read = move || drop(sender.send(read_output(output, most)));
            thread::Builder::new().spawn_scoped(scope, write)?;
            thread::Builder::new().spawn_scoped(scope, read)?;
            let message = thread::Builder::new().spawn_scoped(scope, || read_message(messages))?;
            // Killing it closes the pipes, which ends the threads that this scope waits for.
            let Ok(sealed) = sealed.recv_timeout(limits.time) else {
                self.kill();
                return Ok(Ended::TooCostly(CompileLimit::Time(limits.time)));
            };
            let Some(sealed) = sealed? else {
                self.kill();
                return Ok(Ended::TooCostly(CompileLimit::CodeBytes(limits.code_bytes)));
            };
            let Some(status) = self.wait(deadline)? else {
                self.kill();
                return Ok(Ended::TooCostly(CompileLimit::Time(limits.time)));
            };
            let message = message.join().unwrap_or_default();
            Ok(Ended::Exited { status, sealed, message })
        })
    }

    fn wait(&mut self, deadline: Instant) -> io::Result<Option<ExitStatus>> {
        loop {
            let status = self.0.try_wait()?;
            if status.is_some() || Instant::now() >= deadline {
                return Ok(status);
            }
            thread::sleep(POLL);
        }
    }

    /// Kills the process with its group, unless it has ended.
    fn kill(&mut self) {
        if !matches!(self.0.try_wait(), Ok(None)) {
            return;
        }
        #[cfg(unix)]
        let _ = rustix::process::kill_process_group(
            rustix::process::Pid::from_child(&self.0),
            rustix::process::Signal::KILL,
        );
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Returns the whole output; `None` if it is longer than `most` bytes.
fn read_output(output: ChildStdout, most: usize) -> io::Result<Option<Vec<u8>>> {
    let mut read = Vec::new();
    output.take(most as u64 + 1).read_to_end(&mut read)?;
    Ok((read.len() <= most).then_some(read))
}

/// Returns the start of the error message, and reads the rest so that its writer does not block.
fn read_message(mut messages: ChildStderr) -> String {
    let mut message = Vec::new();
    let _ = messages.by_ref().take(MESSAGE_BYTES).read_to_end(&mut message);
    let _ = io::copy(&mut messages, &mut io::sink());
    String::from_utf8_lossy(&message).into_owned()
}

/// Returns the limit whose signal ended the process.
#[cfg(unix)]
fn exceeded(status: ExitStatus, limits: &CompileLimits) -> Option<CompileLimit> {
    use std::os::unix::process::ExitStatusExt;

    use rustix::process::Signal;

    let signal = status.signal()?;
    if signal == Signal::XCPU.as_raw() {
        return Some(CompileLimit::ComputeTime(limits.compute_time));
    }
    // Rust aborts if an allocation fails; a stack that cannot grow is a segmentation fault; the
    // kernel kills where memory runs out.
    [Signal::ABORT, Signal::SEGV, Signal::KILL]
        .iter()
        .any(|other| other.as_raw() == signal)
        .then_some(CompileLimit::Memory(limits.memory_bytes))
}

#[cfg(not(unix))]
fn exceeded(_: ExitStatus, _: &CompileLimits) -> Option<CompileLimit> {
    None
}
