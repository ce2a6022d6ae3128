//! The files: for their owner alone, whole or not at all, and nothing replaced.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use serde_json::Value;

use super::credential::Typed;
use crate::failure::Failure;
use crate::file::Partial;

/// What stands above all of a new file.
const HEAD: &str = "\
# Settings of defenderctl for Microsoft Defender for Endpoint.
# To check them: defenderctl config test -c FILE

";

/// Where the text goes.
pub(super) enum Target<'a> {
    /// Into a file that does not exist yet.
    New(&'a Path),
    /// To the end of a file that has other profiles.
    End { path: &'a Path, text: String, profile: &'a str },
}

impl<'a> Target<'a> {
    /// The place for new settings or, in a file that exists, for a new profile.
    ///
    /// # Errors
    ///
    /// The file or the profile exists, or its text cannot take a profile at its end.
    pub(super) fn of(path: &'a Path, profile: Option<&'a str>) -> Result<Self, Failure> {
        let shown = path.display();
        let refuse = |problem: String| Err(Failure::settings(problem));
        if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")) {
            return refuse(format!(
                "{shown} is JSON by its name; this writes TOML: name a .toml file"
            ));
        }
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        if let Some(name) = profile.filter(|name| name.is_empty() || !name.chars().all(is_plain)) {
            return refuse(format!(
                "profile `{name}`: only letters, digits, - and _ may be in a name"
            ));
        }
        if !path.try_exists().unwrap_or(true) {
            return Ok(Self::New(path));
        }
        let Some(profile) = profile else {
            return refuse(format!(
                "{shown} exists and was not changed: `--profile NAME` adds a profile to it, \
                 `-c FILE` names another file"
            ));
        };
        let text = fs::read_to_string(path).map_err(|error| {
            Failure::settings(format!("settings file {shown} cannot be read: {error}"))
        })?;
        match toml::from_str::<Value>(&text) {
            // Its message would repeat the line, which may hold a secret.
            Err(_) => refuse(format!("{shown} is not TOML, or has a mistake: nothing was added")),
            Ok(settings) if !settings["profiles"][profile].is_null() => refuse(format!(
                "{shown} has a profile `{profile}` already, and was not changed: choose another name"
            )),
            Ok(_) => Ok(Self::End { path, text, profile }),
        }
    }

    /// Writes the secret, if one was typed, and the settings.
    ///
    /// # Errors
    ///
    /// A file cannot be written; then neither is there.
    pub(super) fn write(self, text: &str, typed: Option<&Typed>) -> Result<(), Failure> {
        if let Some(typed) = typed {
            create(&typed.path, typed.text.as_bytes())?;
        }
        let written = match self {
            Self::New(path) => create(path, format!("{HEAD}{text}").as_bytes()),
            Self::End { path, text: before, profile } => append(path, &before, text, profile),
        };
        if let (Err(_), Some(typed)) = (&written, typed) {
            // Nothing refers to it.
            let _ = fs::remove_file(&typed.path);
        }
        written
    }
}

fn create(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    Partial::private(path)
        .and_then(|mut file| file.write(bytes).map(|()| file))
        .and_then(|file| file.keep(false))
        .map_err(|error| Failure::unwritable(path, &error))
}

/// Adds text to the end: every byte, the owner and the permissions of the file stay as they are.
fn append(path: &Path, before: &str, text: &str, profile: &str) -> Result<(), Failure> {
    let shown = path.display();
    let added = format!("{}\n{text}", if before.ends_with('\n') { "" } else { "\n" });
    let parse = |text: &str| toml::from_str::<Value>(text).ok();
    let own = parse(text).unwrap_or_default()["profiles"][profile].take();
    let wanted = parse(before).map(|mut wanted| {
        if wanted.get("profiles").is_none_or(Value::is_object) {
            wanted["profiles"][profile] = own;
        }
        wanted
    });
    // `profiles = { … }` in one line cannot have another one at the end of the file.
    if wanted.is_none() || parse(&format!("{before}{added}")) != wanted {
        return Err(Failure::settings(format!(
            "{shown} was not changed: its profiles are not tables of their own; write \
             [profiles.NAME.config] in place of `profiles = {{ … }}`"
        )));
    }
    let write = |mut file: File| -> io::Result<()> {
        let length = file.metadata()?.len();
        if length != before.len() as u64 {
            return Err(io::Error::other("it was changed meanwhile"));
        }
        file.write_all(added.as_bytes()).and_then(|()| file.sync_all()).inspect_err(|_| {
            let _ = file.set_len(length);
        })
    };
    OpenOptions::new()
        .append(true)
        .open(path)
        .and_then(write)
        .map_err(|error| Failure::unwritable(path, &error))
}
