//! Secrets: written out, or named by an environment variable or a file. Held only in memory that is wiped.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use zeroize::{Zeroize, Zeroizing};

use super::Problem;
use super::section::Section;

/// The longest secret is a signed JWT of a few kilobytes.
const MAX_BYTES: u64 = 64 * 1024;

/// The secrets of a settings file, not yet looked up.
pub(super) struct Secrets(Vec<(String, Source)>);

enum Source {
    Literal(Zeroizing<String>),
    Env(String),
    File(PathBuf),
}

impl Secrets {
    /// Reads the `secrets` table. The connector itself knows which names there may be.
    pub(super) fn read(secrets: Value, problems: &mut Vec<Problem>) -> Self {
        let members = match secrets {
            Value::Null => Map::new(),
            Value::Object(members) => members,
            _ => {
                problems.push(Problem::new("/secrets", "is not a table (TOML) or object (JSON)"));
                Map::new()
            }
        };
        let read = |(name, value)| {
            Some((name, value)).and_then(|(name, value)| {
                let source = Source::read(&format!("/secrets/{name}"), value, problems)?;
                Some((name, source))
            })
        };
        Self(members.into_iter().filter_map(read).collect())
    }

    /// Whether any secret is written out in the file.
    pub(super) fn any_literal(&self) -> bool {
        self.0.iter().any(|(_, source)| matches!(source, Source::Literal(_)))
    }

    /// Looks every secret up and puts them together as JSON text. Paths start from the settings file's folder.
    pub(super) fn resolve(
        self,
        folder: &Path,
        env: &dyn Fn(&str) -> Option<OsString>,
        problems: &mut Vec<Problem>,
    ) -> Zeroizing<String> {
        let mut resolved = Vec::new();
        for (name, source) in self.0 {
            match source.resolve(folder, env) {
                Ok(secret) if secret.is_empty() => {
                    problems.push(Problem::new(format!("/secrets/{name}"), "is empty"));
                }
                Ok(secret) => resolved.push((name, secret)),
                Err(problem) => problems.push(Problem::new(format!("/secrets/{name}"), problem)),
            }
        }
        object(&resolved)
    }
}

impl Source {
    fn read(pointer: &str, value: Value, problems: &mut Vec<Problem>) -> Option<Self> {
        if let Value::String(secret) = value {
            return Some(Self::Literal(Zeroizing::new(secret)));
        }
        if !value.is_object() {
            problems.push(Problem::new(pointer, "is neither a string nor {env = \"NAME\"} nor {file = \"PATH\"}"));
            return None;
        }
        let section = Section::open(pointer, &value, &["env", "file"], problems)?;
        match (section.text("env", problems), section.text("file", problems)) {
            (Some(name), None) => Some(Self::Env(name.into())),
            (None, Some(path)) => Some(Self::File(path.into())),
            _ => {
                problems.push(Problem::new(pointer, "needs exactly one of env and file"));
                None
            }
        }
    }

    fn resolve(self, folder: &Path, env: &dyn Fn(&str) -> Option<OsString>) -> Result<Zeroizing<String>, String> {
        match self {
            Self::Literal(secret) => Ok(secret),
            Self::Env(name) => {
                let value = env(&name).ok_or_else(|| format!("environment variable {name} is not set"))?;
                value.into_string().map(Zeroizing::new).map_err(|_| format!("environment variable {name} is not UTF-8"))
            }
            Self::File(path) => from_file(&folder.join(path)),
        }
    }
}

/// The file's text without the line break that editors and `echo` put at the end.
fn from_file(path: &Path) -> Result<Zeroizing<String>, String> {
    // All at once, so that a growing buffer leaves no copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_BYTES as usize + 1));
    File::open(path)
        .and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|error| format!("file {} cannot be read: {error}", path.display()))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!("file {} is larger than {MAX_BYTES} bytes", path.display()));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| format!("file {} is not UTF-8", path.display()))?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    Ok(Zeroizing::new(text.strip_suffix('\r').unwrap_or(text).to_owned()))
}

/// `{"name":"secret",…}`, written into one buffer that is large enough from the start.
fn object(secrets: &[(String, Zeroizing<String>)]) -> Zeroizing<String> {
    // An escaped character takes at most six bytes (`\u001f`).
    let capacity = secrets.iter().map(|(name, secret)| 6 * (name.len() + secret.len()) + 8).sum::<usize>() + 2;
    let mut buffer = Vec::with_capacity(capacity);
    buffer.push(b'{');
    for (index, (name, secret)) in secrets.iter().enumerate() {
        if index > 0 {
            buffer.push(b',');
        }
        // Strings always serialise, and memory always takes bytes.
        let _ = serde_json::to_writer(&mut buffer, name);
        buffer.push(b':');
        let _ = serde_json::to_writer(&mut buffer, secret.as_str());
    }
    buffer.push(b'}');
    Zeroizing::new(String::from_utf8(buffer).unwrap_or_else(|error| {
        error.into_bytes().zeroize();
        String::new()
    }))
}
