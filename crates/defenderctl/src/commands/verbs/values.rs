//! The arguments of a verb as the parameters of its action.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::ArgMatches;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::row::{Argument, Kind, Row};
use crate::failure::Failure;
use crate::times;

/// The parameters, as `-p` would give them.
///
/// # Errors
///
/// A file cannot be read, or a text is no time.
pub(super) fn params(row: &Row, matches: &ArgMatches) -> Result<Vec<(String, String)>, Failure> {
    let mut params: Vec<(String, String)> =
        row.fixed.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    for argument in row.arguments {
        params.extend(of(argument, matches)?);
    }
    Ok(params)
}

fn of(argument: &Argument, matches: &ArgMatches) -> Result<Vec<(String, String)>, Failure> {
    let id = argument.id();
    let param = |value: String| vec![(argument.param.to_owned(), value)];
    Ok(match argument.kind {
        Kind::Special => Vec::new(),
        Kind::Flag => {
            if matches.get_flag(id) {
                param("true".into())
            } else {
                Vec::new()
            }
        }
        _ if !matches.contains_id(id) => Vec::new(),
        Kind::Text => param(one(matches, id)),
        Kind::List => param(Value::from(all(matches, id)).to_string()),
        Kind::Words => {
            let words = all(matches, id);
            let joined = match words.as_slice() {
                // One text is the script's own business.
                [text] => text.clone(),
                words => words.join(" "),
            };
            param(joined)
        }
        Kind::Since => {
            let since = times::since(&one(matches, id), OffsetDateTime::now_utc())
                .map_err(|problem| Failure::params(format!("--{id}: {problem}")))?;
            param(json!({ "ge": since }).to_string())
        }
        Kind::File => {
            let path = one(matches, id);
            param(fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?)
        }
        Kind::Upload => {
            let path = one(matches, id);
            let bytes = fs::read(&path).map_err(|error| unreadable(&path, &error))?;
            let name = Path::new(&path).file_name().unwrap_or_default();
            let mut params = param(STANDARD.encode(bytes));
            params.push(("fileName".into(), name.to_string_lossy().into_owned()));
            params
        }
    })
}

fn unreadable(path: &str, error: &std::io::Error) -> Failure {
    Failure::params(format!("{path} cannot be read: {error}; nothing was sent"))
}

/// The value of an argument; empty if it was not given.
pub(super) fn one(matches: &ArgMatches, id: &str) -> String {
    matches.get_one::<String>(id).cloned().unwrap_or_default()
}

/// All values of an argument.
pub(super) fn all(matches: &ArgMatches, id: &str) -> Vec<String> {
    matches.get_many::<String>(id).into_iter().flatten().cloned().collect()
}
