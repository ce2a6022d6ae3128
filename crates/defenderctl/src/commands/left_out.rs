//! Machines that were named and are left out, because they were not found or because their names
//! are those of several.

use serde_json::json;
use time::OffsetDateTime;

use crate::failure::Failure;
use crate::machines::Missing;

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
