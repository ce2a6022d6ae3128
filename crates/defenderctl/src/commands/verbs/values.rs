//! The arguments of a verb as the parameters of its action.

use std::path::Path;

use clap::ArgMatches;
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::failure::Failure;
use crate::known_actions::{Argument, Kind, Row};
use crate::times;

/// The parameters, as `-p` would give them.
///
/// # Errors
///
/// A text is not a time, or arguments of a script cannot be joined.
pub(super) fn params(row: &Row, matches: &ArgMatches) -> Result<Vec<(String, String)>, Failure> {
    let mut params = Vec::new();
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
        Kind::Flag | Kind::Sets(_) if !matches.get_flag(id) => Vec::new(),
        Kind::Flag => param("true".into()),
        Kind::Sets(value) => param(value.into()),
        _ if !matches.contains_id(id) => Vec::new(),
        Kind::Text => param(literal(&one(matches, id))),
        Kind::List => param(Value::from(all(matches, id)).to_string()),
        Kind::Words => {
            let words = all(matches, id);
            // Joined, they would be taken apart elsewhere than they were here.
            let is_plain = |word: &String| !word.contains(|c: char| c.is_whitespace() || c == '"');
            if words.len() > 1 && !words.iter().all(is_plain) {
                return Err(Failure::params(
                    "an argument of the script has a blank or a quote: write all arguments as one \
                     text after --, quoted as the script wants them; nothing was sent",
                ));
            }
            param(literal(&words.join(" ")))
        }
        Kind::Since => {
            let since = times::since(&one(matches, id), OffsetDateTime::now_utc())
                .map_err(|problem| Failure::params(format!("--{id}: {problem}")))?;
            times::echo(id, &one(matches, id), &since);
            param(json!({ "ge": since }).to_string())
        }
        Kind::File => param(format!("@{}", one(matches, id))),
        Kind::Upload => {
            let path = one(matches, id);
            let name = Path::new(&path).file_name().unwrap_or_default();
            let mut params = param(format!("@{path}"));
            params.push(("fileName".into(), literal(&name.to_string_lossy())));
            params
        }
    })
}

/// A text that `-p` takes as it is, although it may begin with `@`.
fn literal(text: &str) -> String {
    let mark = if text.starts_with('@') { "@" } else { "" };
    format!("{mark}{text}")
}

/// The value of an argument; empty if it was not given.
pub(super) fn one(matches: &ArgMatches, id: &str) -> String {
    matches.get_one::<String>(id).cloned().unwrap_or_default()
}

/// All values of an argument.
pub(super) fn all(matches: &ArgMatches, id: &str) -> Vec<String> {
    matches.get_many::<String>(id).into_iter().flatten().cloned().collect()
}
