//! A token that another program prints, such as `az account get-access-token`.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;
use zeroize::Zeroizing;

use super::super::guard::for_its_owner_to_write;
use super::file::{self, MAX_BYTES};
use crate::style::clean;

/// Signing in by another program takes a few seconds; what takes longer waits for input.
pub(super) const LIMIT: Duration = Duration::from_secs(30);

/// Short beside what any program takes to start.
const LOOK: Duration = Duration::from_millis(10);

/// How much of a program's complaint is shown.
const MAX_WORDS: usize = 1000;

/// No word or identifier is that long; tokens and signatures are.
const LONG: usize = 64;

/// Identifiers of that length (GUIDs, digests) are of one case; what mixes cases and digits is
/// likely random.
const RANDOM: usize = 20;

/// What token programs print as JSON: Azure's command line in camel case, metadata services as
/// OAuth does.
#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "accessToken")]
    camel: Option<String>,
    #[serde(rename = "access_token")]
    snake: Option<String>,
}

/// Runs the program, without a shell and with nothing on stdin, and yields the token that it
/// prints. A program with a path starts from the settings file's folder; one without is looked for
/// in `PATH`. Its arguments and its stdout are never shown.
pub(super) fn token(
    command: &[String],
    folder: &Path,
    limit: Duration,
) -> Result<Zeroizing<String>, String> {
    let Some((program, arguments)) = command.split_first() else {
        return Err("names no program".into());
    };
    // Arguments written into one text with the program are not shown either.
    let shown = program.split_whitespace().next().unwrap_or_default();
    let reported = |problem: String| format!("command `{shown}` {problem}");
    let path = Path::new(program);
    let path = if path.components().nth(1).is_some() { folder.join(path) } else { path.to_owned() };
    for_its_owner_to_write(&found(&path))?;
    let mut child = Command::new(path)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| reported(format!("cannot be started: {error}")))?;
    let deadline = Instant::now() + limit;
    let (stdout, stderr) = (child.stdout.take().map(printed), child.stderr.take().map(printed));
    let status = ended(&mut child, deadline)
        .map_err(|error| reported(format!("cannot be waited for: {error}")))?;
    let receive = |stream: Option<mpsc::Receiver<Zeroizing<Vec<u8>>>>| {
        let left = deadline.saturating_duration_since(Instant::now());
        stream.and_then(|stream| stream.recv_timeout(left).ok())
    };
    // What it has started may hold its streams open beyond its own end; what was printed is known
    // when they are closed.
    let (Some(status), Some(stdout), Some(stderr)) = (status, receive(stdout), receive(stderr))
    else {
        return Err(reported(format!("did not end within {limit:?}")));
    };
    if stdout.len() > MAX_BYTES {
        return Err(reported(format!("printed more than {MAX_BYTES} bytes")));
    }
    if !status.success() {
        return Err(reported(format!("failed ({status}): {}", complaint(&stderr, &stdout))));
    }
    let token = std::str::from_utf8(&stdout).ok().and_then(find);
    token.ok_or_else(|| {
        reported("printed neither a token nor JSON with accessToken or access_token".into())
    })
}

/// The file that a program's name stands for.
fn found(program: &Path) -> PathBuf {
    if program.components().nth(1).is_some() {
        return program.to_owned();
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let mut places = std::env::split_paths(&folders).map(|folder| folder.join(program));
    places.find(|path| path.is_file()).unwrap_or_else(|| program.to_owned())
}

/// Waits for the end; `None` if it had to be killed. Programs that it has started find their
/// streams closed.
fn ended(child: &mut Child, deadline: Instant) -> io::Result<Option<std::process::ExitStatus>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(LOOK);
    }
}

/// Reads a stream to its end, so that the program never waits for a reader, and keeps its start.
fn printed(mut stream: impl Read + Send + 'static) -> mpsc::Receiver<Zeroizing<Vec<u8>>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let start = file::start(&mut stream, MAX_BYTES + 1).unwrap_or_default();
        let _ = io::copy(&mut stream, &mut io::sink());
        // Nobody listens any more when the time is up.
        let _ = sender.send(start);
    });
    receiver
}

/// The token in what was printed: bare, or in JSON. A parser's error would show what it could not
/// read.
fn find(printed: &str) -> Option<Zeroizing<String>> {
    let printed = printed.trim();
    let token = match printed.chars().next()? {
        '{' => {
            let answer: Answer = serde_json::from_str(printed).ok()?;
            let (camel, snake) =
                (answer.camel.map(Zeroizing::new), answer.snake.map(Zeroizing::new));
            camel.or(snake)?
        }
        // `az … --query accessToken` without `--output tsv`.
        '"' => Zeroizing::new(serde_json::from_str(printed).ok()?),
        _ => Zeroizing::new(printed.to_owned()),
    };
    (!token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic())).then_some(token)
}

/// The end of what a program said on stderr, made fit to show: on one line, without control
/// characters, without anything that it printed on stdout too, and without anything that is as long
/// as a token.
fn complaint(stderr: &[u8], stdout: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(stderr).into_owned();
    for printed in String::from_utf8_lossy(stdout)
        .split(|c: char| !is_of_token(c))
        .filter(|word| word.len() >= 8)
    {
        text = text.replace(printed, "[redacted]");
    }
    let mut shown = String::with_capacity(text.len());
    for run in text.split_inclusive(|c: char| !is_of_token(c)) {
        let word = run.trim_end_matches(|c: char| !is_of_token(c));
        // Base64 has slashes and so have paths: the parts of a run show which of the two it is.
        shown += if word.split('/').any(is_secret) { "[redacted]" } else { word };
        shown += &run[word.len()..];
    }
    let line = clean(&shown.split_whitespace().collect::<Vec<_>>().join(" "));
    if line.is_empty() {
        return "it said nothing on stderr".into();
    }
    let skipped = line.chars().count().saturating_sub(MAX_WORDS);
    let start: &str = if skipped > 0 { "…" } else { "" };
    start.chars().chain(line.chars().skip(skipped)).collect()
}

/// The characters of JWTs, of Base64 and of what Entra calls a client secret.
fn is_of_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~' | '+' | '/' | '=')
}

/// Whether it looks like a token, or a part of one.
pub(super) fn is_secret(part: &str) -> bool {
    let has = |class: fn(&u8) -> bool| part.bytes().any(|byte| class(&byte));
    let mixed =
        has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit);
    part.starts_with("eyJ") || part.len() >= LONG || (part.len() >= RANDOM && mixed)
}

#[cfg(test)]
mod tests;
