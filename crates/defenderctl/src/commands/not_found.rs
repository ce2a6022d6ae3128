//! What to say where a list of machines is empty that was asked for by a name.

use host_harness::Action;

use crate::json;
use crate::known_actions::MACHINES;
use crate::machines::near;
use crate::session::Session;
use crate::style::clean_short;

/// The parameter of the list that takes a machine's full name.
const NAME: &str = "computerDnsName";

/// The name that a list of machines was asked for and is empty for, if it was.
pub(super) fn name(action: &Action, params: &str, data: &str) -> Option<String> {
    let is_empty =
        json::parse(data).is_some_and(|data| data["value"].as_array().is_some_and(Vec::is_empty));
    let params = json::parse(params).filter(|_| action.name == MACHINES && is_empty)?;
    params[NAME].as_str().map(str::to_owned)
}

/// A hint with similar names: the service compares the full name, with its domain, and "nothing
/// found" would read as "not enrolled".
pub(super) async fn hint(session: &Session, name: &str) -> String {
    let similar = near(session, &[name]).await.pop().unwrap_or_default();
    let hint = match similar.as_slice() {
        [] => format!("no machine has the full name `{name}`; `defenderctl machines` lists all"),
        names => {
            format!("the full name is needed, with its domain; similar: {}", names.join(", "))
        }
    };
    format!("hint: {}", clean_short(&hint))
}
