//! A token that another program prints, such as `az account get-access-token`.

mod child;

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde::Deserialize;
use zeroize::Zeroizing;

#[cfg(unix)]
use super::super::guard;
use super::file::MAX_BYTES;
use super::shape::is_secret;
use crate::style::clean;
use child::{Child, Ended};

/// A program that prints a token.
pub(super) struct TokenCommand {
    /// The program and its arguments.
    pub(super) words: Vec<String>,
    /// Variables that it gets in addition to [`ENVIRONMENT`].
    pub(super) environment: Vec<String>,
}

/// Variables that every program gets: what it takes to find other programs, its user's files and
/// the language.
#[cfg(unix)]
const ENVIRONMENT: [&str; 4] = ["PATH", "HOME", "USER", "LANG"];

/// The same on Windows, where no program starts without the system's folder.
#[cfg(not(unix))]
const ENVIRONMENT: [&str; 11] = [
    "PATH",
    "PATHEXT",
    "SystemRoot",
    "SystemDrive",
    "ComSpec",
    "ProgramFiles",
    "USERPROFILE",
    "USERNAME",
    "APPDATA",
    "LOCALAPPDATA",
    "TEMP",
];

/// Signing in by another program takes a few seconds; what takes longer waits for input.
pub(super) const LIMIT: Duration = Duration::from_secs(30);

/// How much of a program's complaint is shown.
const MAX_WORDS: usize = 1000;

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
///
/// It gets the variables of [`ENVIRONMENT`] and those that are listed for it: the others may hold
/// secrets that are none of its business.
pub(super) fn token(
    command: &TokenCommand,
    folder: &Path,
    limit: Duration,
) -> Result<Zeroizing<String>, String> {
    let Some((program, arguments)) = command.words.split_first() else {
        return Err("names no program".into());
    };
    // Arguments written into one text with the program are not shown either.
    let shown = program.split_whitespace().next().unwrap_or_default();
    let reported = |problem: String| format!("command `{shown}` {problem}");
    let path = found(Path::new(program), folder);
    #[cfg(unix)]
    guard::program(&path)?;
    let mut run = Command::new(path);
    run.args(arguments).env_clear();
    let names = ENVIRONMENT.into_iter().chain(command.environment.iter().map(String::as_str));
    run.envs(names.filter_map(|name| Some((name, env::var_os(name)?))));
    let deadline = Instant::now() + limit;
    let mut child =
        Child::start(run).map_err(|error| reported(format!("cannot be started: {error}")))?;
    let ended = child.end(deadline, MAX_BYTES + 1);
    let Some(Ended { status, stdout, stderr }) =
        ended.map_err(|error| reported(format!("cannot be waited for: {error}")))?
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
#[cfg(unix)]
fn found(program: &Path, folder: &Path) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;

    if program.components().nth(1).is_some() {
        return folder.join(program);
    }
    let runs = |path: &PathBuf| {
        let file = path.metadata().ok().filter(std::fs::Metadata::is_file);
        file.is_some_and(|file| file.permissions().mode() & 0o111 != 0)
    };
    let folders = env::var_os("PATH").unwrap_or_default();
    let mut places = env::split_paths(&folders).map(|folder| folder.join(program));
    places.find(runs).unwrap_or_else(|| program.to_owned())
}

/// Windows finds a program by its name with several endings, and in places of its own.
#[cfg(not(unix))]
fn found(program: &Path, folder: &Path) -> PathBuf {
    if program.components().nth(1).is_some() { folder.join(program) } else { program.to_owned() }
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

#[cfg(test)]
mod tests;
