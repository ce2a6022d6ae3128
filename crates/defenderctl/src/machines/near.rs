//! Names of machines that are nearly what was typed. They are shown, and never acted upon.

use std::time::Duration;

use serde_json::{Value, json};

use crate::json;
use crate::known_actions::MACHINES;
use crate::session::Session;
use crate::suggest::distance;

/// How long the list of machines may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Most names that are shown for one.
const MOST: usize = 3;

/// For each name the similar ones that the service has; none if its list cannot be had.
pub(crate) async fn near(session: &Session, names: &[&str]) -> Vec<Vec<String>> {
    let params = json!({ "all": true }).to_string();
    let list = session.connector.execute(MACHINES, &params);
    let list = tokio::time::timeout(PATIENCE, list).await.ok().and_then(Result::ok);
    let list = list.and_then(|outcome| json::parse(&outcome.data)).unwrap_or_default();
    let known: Vec<&str> = list["value"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|machine: &Value| machine["computerDnsName"].as_str())
        .collect();
    names.iter().map(|name| nearest(name, &known)).collect()
}

fn nearest(name: &str, known: &[&str]) -> Vec<String> {
    let typed = label(name);
    let mut near: Vec<(usize, &str)> = known
        .iter()
        .map(|known| (distance(typed, label(known)), *known))
        // One slip in four letters; the name itself is there more than once.
        .filter(|(far, _)| *far <= typed.len() / 4)
        .collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(MOST).map(|(_, name)| name.to_owned()).collect()
}

/// The first label of a name, without a domain in front of it.
fn label(name: &str) -> &str {
    let name = name.rsplit_once('\\').map_or(name, |(_, name)| name);
    name.split('.').next().unwrap_or(name).trim_end_matches('$')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_hand_is_near_and_another_name_is_not() {
        let known = ["ws-ops-014.example.test", "ws-ops-015.example.test", "kiosk.example.test"];
        assert_eq!(
            nearest("CORP\\WS-OPS-O14$", &known),
            ["ws-ops-014.example.test", "ws-ops-015.example.test"]
        );
        assert!(nearest("printer", &known).is_empty());
        assert!(nearest("10.0.0.1", &known).is_empty());
    }
}
