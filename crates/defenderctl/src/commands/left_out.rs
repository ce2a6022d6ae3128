//! Machines that were named and are left out, because they were not found or because their names
//! are those of several.

use serde_json::json;
use time::OffsetDateTime;

use crate::failure::Failure;
use crate::known_actions;
use crate::machines::Missing;
use crate::style::clean_short;

/// Most machines that the last line names.
const MOST_NAMED: usize = 5;

/// Why nothing was sent: of the `named` machines these are missing, and `found` were found.
pub(super) fn failure(missing: &[Missing], named: usize, found: usize) -> Failure {
    let now = OffsetDateTime::now_utc();
    let members = json!({
        "missing": missing.iter().map(Missing::record).collect::<Vec<_>>(),
        "candidates": missing.iter().flat_map(Missing::candidates).collect::<Vec<_>>(),
    });
    let lines = || missing.iter().flat_map(|missing| missing.lines(now)).collect::<Vec<_>>();
    let ambiguous = missing.iter().filter(|missing| missing.is_ambiguous()).count();
    let hint = match found {
        0 if ambiguous == missing.len() => "; use their IDs".to_owned(),
        0 => "; `defenderctl machines` lists those that there are".to_owned(),
        found => format!("; --skip-missing goes on with the other {found}"),
    };
    let (failure, lines) = match missing {
        [one] if named == 1 && one.is_ambiguous() => {
            let choices = one.choices(now);
            (
                Failure::ambiguous(format!(
                    "{}; nothing was sent to any machine: use an ID",
                    one.problem()
                )),
                choices,
            )
        }
        all => {
            let what = match ambiguous {
                0 => "not found",
                count if count == all.len() => "ambiguous",
                _ => "not found or ambiguous",
            };
            let message = format!(
                "{} of {named} machines {what}; nothing was sent to any machine{hint}",
                all.len()
            );
            let failure = if ambiguous == all.len() {
                Failure::ambiguous(message)
            } else {
                Failure::not_found(message)
            };
            (failure, lines())
        }
    };
    failure.more_details(&members.to_string()).with_aside(lines.join("\n"))
}

/// The last line about a call that left these machines out: what is not so of them.
pub(super) fn sentence(action: &str, missing: &[Missing]) -> String {
    let names: Vec<&str> =
        missing.iter().take(MOST_NAMED).map(|missing| missing.written.as_str()).collect();
    let more = match missing.len() - names.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let verb = if missing.len() == 1 { "was" } else { "were" };
    let found = match missing.iter().any(Missing::is_ambiguous) {
        true => "left out",
        false => "not found",
    };
    let done = known_actions::row(action).and_then(|row| row.done.strip_prefix("is "));
    let end = match done {
        Some(done) => format!(" and {verb} NOT {done}"),
        None => "; nothing was sent there".to_owned(),
    };
    clean_short(&format!("{}{more} {verb} {found}{end}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_names_what_was_left_out_and_what_is_not_so() {
        let of = |names: &[&str]| -> Vec<Missing> {
            names.iter().map(|name| Missing::not_found(name, "no")).collect()
        };
        assert_eq!(
            sentence("isolateHost", &of(&["srv-web-03"])),
            "srv-web-03 was not found and was NOT isolated"
        );
        assert_eq!(
            sentence("isolateHost", &of(&["a", "b", "c", "d", "e", "f", "g"])),
            "a, b, c, d, e and 2 more were not found and were NOT isolated"
        );
        assert_eq!(sentence("runScript", &of(&["a"])), "a was not found; nothing was sent there");
    }
}
