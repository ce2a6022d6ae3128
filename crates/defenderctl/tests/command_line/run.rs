//! Runs the binary: every wait is bounded, and no child outlives its test.

pub(crate) use crate::ran::Ran;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// Many times what the slowest command takes, the demo, which waits ten seconds for its stub.
const PATIENCE: Duration = Duration::from_secs(120);

/// Short beside the half second that a component takes to compile.
const LOOK: Duration = Duration::from_millis(5);

/// How many bytes a file may have on a full disk. The images of the component's memory are files
/// too, and must fit.
#[cfg(unix)]
pub(crate) const FILE_LIMIT: usize = 8 << 20;

/// What a caller's own environment could change.
const FOREIGN: [&str; 17] = [
    "DEFENDERCTL_AUDIT",
    "DEFENDERCTL_CONFIG",
    "DEFENDERCTL_EGRESS_LOG",
    "DEFENDERCTL_LOG",
    "DEFENDERCTL_PROFILE",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "https_proxy",
    "http_proxy",
    "all_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "RUST_LOG",
    "RUST_BACKTRACE",
];

/// A command line that is not running yet.
pub(crate) struct Call {
    pub(crate) command: Command,
    input: String,
}

/// The binary with these arguments, which are separated by blanks, in this folder.
pub(crate) fn call(folder: &Path, arguments: &str) -> Call {
    let mut command = Command::new(env!("CARGO_BIN_EXE_defenderctl"));
    command.args(arguments.split_whitespace()).current_dir(folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for name in FOREIGN {
        command.env_remove(name);
    }
    // A cache that all tests share, and that is not the user's.
    command.env("DEFENDERCTL_CACHE", concat!(env!("CARGO_TARGET_TMPDIR"), "/cache"));
    command.env("DEFENDERCTL_STATE_DIR", state(folder));
    // No settings of the user's own.
    command.env("XDG_CONFIG_HOME", folder.join("configuration"));
    Call { command, input: String::new() }
}

/// Where the calls are kept that are made in this folder: beside it, so that it has what a command
/// was to write there alone.
pub(crate) fn state(folder: &Path) -> PathBuf {
    let mut name = folder.file_name().expect("a name").to_owned();
    name.push("-state");
    folder.with_file_name(name)
}

/// A command of a shell, in this folder.
#[cfg(unix)]
pub(crate) fn shell(folder: &Path, line: &str) -> Call {
    let mut call = call(folder, "");
    let mut command = Command::new("sh");
    command.args(["-c", line]).current_dir(folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for (name, value) in call.command.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    call.command = command;
    call
}

impl Call {
    /// The same call with an environment variable.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// The same call with this text on stdin.
    pub(crate) fn input(mut self, text: &str) -> Self {
        text.clone_into(&mut self.input);
        self
    }

    /// The same call where no file may grow beyond [`FILE_LIMIT`], as on a full disk.
    #[cfg(unix)]
    pub(crate) fn on_a_full_disk(self) -> Self {
        let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$@\"", FILE_LIMIT / 512);
        let inner = self.command;
        let mut command = Command::new("sh");
        command.args(["-c", &script, "sh"]).arg(inner.get_program()).args(inner.get_args());
        command.current_dir(inner.get_current_dir().expect("a folder"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        for (name, value) in inner.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        Self { command, input: self.input }
    }

    /// The same call with its stderr going elsewhere.
    #[cfg(unix)]
    pub(crate) fn stderr(mut self, stderr: Stdio) -> Self {
        self.command.stderr(stderr);
        self
    }

    /// The same call with its stdout going elsewhere.
    #[cfg(unix)]
    pub(crate) fn stdout(mut self, stdout: Stdio) -> Self {
        self.command.stdout(stdout);
        self
    }

    /// Starts it.
    pub(crate) fn start(mut self) -> Running {
        // A process group of its own keeps it from asking on the terminal of the tests. A stub
        // stays in their group, so Ctrl-C ends it.
        #[cfg(unix)]
        if self.command.get_args().next().is_none_or(|command| command != "stub") {
            std::os::unix::process::CommandExt::process_group(&mut self.command, 0);
        }
        let mut child = self.command.spawn().expect("the binary starts");
        // A command that reads no stdin may have ended already.
        let _ = child.stdin.take().expect("a pipe").write_all(self.input.as_bytes());
        let stdout = child.stdout.take().map_or_else(|| mpsc::channel().1, lines);
        let stderr = child.stderr.take().map_or_else(|| mpsc::channel().1, lines);
        Running { child: Killed(child), stdout, stderr, deadline: Instant::now() + PATIENCE }
    }

    /// Runs it to its end.
    pub(crate) fn end(self) -> Ran {
        self.start().end()
    }

    /// Runs it to its end, which must be this exit status.
    pub(crate) fn ends(self, code: i32) -> Ran {
        self.start().ends(code)
    }
}

/// A command that is running, and is killed when dropped.
pub(crate) struct Running {
    child: Killed,
    stdout: mpsc::Receiver<String>,
    stderr: mpsc::Receiver<String>,
    deadline: Instant,
}

impl Running {
    /// The next line on stdout.
    pub(crate) fn line(&self) -> String {
        self.stdout.recv_timeout(self.left()).expect("a line on stdout")
    }

    /// The next line on stderr; it is not among what the command said in the end.
    #[cfg(unix)]
    pub(crate) fn error_line(&self) -> String {
        self.stderr.recv_timeout(self.left()).expect("a line on stderr")
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> Ran {
        let status = self.wait();
        self.said(status.code())
    }

    /// The number of its process.
    #[cfg(target_os = "linux")]
    pub(crate) fn id(&self) -> u32 {
        self.child.0.id()
    }

    /// Waits for its end, which must be this exit status.
    pub(crate) fn ends(self, code: i32) -> Ran {
        let ran = self.end();
        assert_eq!(ran.code, Some(code), "stdout:\n{}\nstderr:\n{}", ran.stdout, ran.stderr);
        ran
    }

    /// Asks it to end, as Ctrl-C does.
    #[cfg(unix)]
    pub(crate) fn interrupt(&self) {
        self.signal("INT");
    }

    /// Sends it a signal.
    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args([&format!("-{name}"), &self.child.0.id().to_string()])
            .status();
        assert!(status.expect("`kill` starts").success());
    }

    /// Kills it, as `kill -9` does, and waits until it is gone.
    #[cfg(unix)]
    pub(crate) fn kill(mut self) {
        self.child.0.kill().expect("a child to kill");
        self.wait();
    }

    /// Interrupts it until it has ended.
    #[cfg(unix)]
    pub(crate) fn interrupted_to_its_end(mut self) -> Option<i32> {
        loop {
            if let Some(status) = self.child.0.try_wait().expect("a child to wait for") {
                return status.code();
            }
            assert!(!self.left().is_zero(), "no end after {PATIENCE:?}");
            self.interrupt();
            thread::sleep(LOOK);
        }
    }

    fn wait(&mut self) -> ExitStatus {
        loop {
            match self.child.0.try_wait().expect("a child to wait for") {
                Some(status) => return status,
                None if self.left().is_zero() => panic!("no end after {PATIENCE:?}"),
                None => thread::sleep(LOOK),
            }
        }
    }

    fn said(&self, code: Option<i32>) -> Ran {
        let all = |lines: &mpsc::Receiver<String>| {
            std::iter::from_fn(|| lines.recv_timeout(self.left()).ok()).collect()
        };
        Ran { code, stdout: all(&self.stdout), stderr: all(&self.stderr) }
    }

    fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}

/// Reads lines as they come, line breaks included, so that a full pipe never blocks the child.
fn lines(stream: impl Read + Send + 'static) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|bytes| bytes > 0) {
            let text = String::from_utf8(std::mem::take(&mut line)).expect("UTF-8");
            if sender.send(text).is_err() {
                break;
            }
        }
    });
    receiver
}

/// A child that does not outlive its test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
