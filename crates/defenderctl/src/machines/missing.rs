//! A machine that was named and cannot be acted upon, because it was not found or because the name
//! is that of several.

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::{Named, named};
use crate::ago;
use crate::style::clean_short;

/// As many machines the connector lists for one name.
const MOST_LISTED: usize = 20;

/// A machine that was left out.
#[derive(Debug)]
pub(crate) struct Missing {
    /// As it was written.
    pub(crate) written: String,
    /// Why it was not found.
    pub(super) reason: String,
    /// The machines that it may mean; `None` if it was not found at all.
    pub(super) candidates: Option<Vec<Value>>,
    /// Names that are nearly the same.
    pub(super) near: Vec<String>,
}

impl Missing {
    /// One that was not found.
    #[cfg(test)]
    pub(crate) fn not_found(written: &str, reason: &str) -> Self {
        Self { written: written.into(), reason: reason.into(), candidates: None, near: Vec::new() }
    }

    /// Whether it may mean several machines.
    pub(crate) fn is_ambiguous(&self) -> bool {
        self.candidates.is_some()
    }

    /// What is wrong with it, in a sentence.
    pub(crate) fn problem(&self) -> String {
        let Self { written, reason, candidates, near } = self;
        let Some(candidates) = candidates else {
            let near = match near.as_slice() {
                [] => String::new(),
                near => format!(" Similar names: {}.", near.join(", ")),
            };
            return clean_short(&format!("{written}: {reason}{near}"));
        };
        let is_merged = |machine: &Value| {
            machine["mergedIntoMachineId"].as_str().is_some_and(|id| !id.is_empty())
        };
        clean_short(&match candidates.len() {
            count @ 2..MOST_LISTED if !candidates.iter().any(is_merged) => {
                format!("{written} is the {} of {count} machines", what(written))
            }
            _ => format!("{written} may mean several machines"),
        })
    }

    /// All of it, a line each.
    pub(crate) fn lines(&self, now: OffsetDateTime) -> Vec<String> {
        let mut lines = vec![self.problem()];
        lines.extend(self.choices(now));
        lines
    }

    /// The machines that it may mean, a line each; empty if it was not found.
    pub(crate) fn choices(&self, now: OffsetDateTime) -> Vec<String> {
        self.candidates.iter().flatten().map(|machine| choice(machine, now)).collect()
    }

    /// The same for programs.
    pub(crate) fn record(&self) -> Value {
        json!({
            "name": self.written,
            "kind": if self.is_ambiguous() { "ambiguous" } else { "not-found" },
            "candidates": self.candidates,
            "similar": self.near,
        })
    }

    /// The records of the machines that it may mean.
    pub(crate) fn candidates(&self) -> &[Value] {
        self.candidates.as_deref().unwrap_or_default()
    }
}

fn what(written: &str) -> &'static str {
    match named(written) {
        Named::Host(host) if !host["ip"].is_null() => "address",
        Named::Host(host) if !host["aadDeviceId"].is_null() => "Entra ID",
        _ => "name",
    }
}

/// A machine with what tells it from another of its name.
fn choice(machine: &Value, now: OffsetDateTime) -> String {
    let text = |name: &str| machine[name].as_str().filter(|text| !text.is_empty());
    let mut parts = vec![text("id").unwrap_or("(no ID)").to_owned()];
    parts.extend(
        ["computerDnsName", "lastIpAddress"]
            .iter()
            .filter_map(|name| text(name))
            .map(str::to_owned),
    );
    parts.push(match text("lastSeen") {
        Some(time) => {
            format!("last seen {}", ago::relative(time, now).unwrap_or_else(|| time.to_owned()))
        }
        None => "last seen: unknown".to_owned(),
    });
    format!("  {}", clean_short(&parts.join("  ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_several_machines_says_how_many_only_if_that_is_certain() {
        let machine = |id: &str| json!({ "id": id, "lastIpAddress": "10.0.0.1" });
        let merged = json!({ "id": "c", "mergedIntoMachineId": "d" });
        let missing = |written: &str, candidates: Vec<Value>| Missing {
            written: written.into(),
            reason: String::new(),
            candidates: Some(candidates),
            near: Vec::new(),
        };
        let two = missing("kiosk", vec![machine("a"), machine("b")]);
        assert_eq!(two.problem(), "kiosk is the name of 2 machines");
        let now = OffsetDateTime::UNIX_EPOCH;
        assert_eq!(two.choices(now)[1], "  b  10.0.0.1  last seen: unknown");
        let address = missing("10.0.0.1", vec![machine("a"), machine("b")]);
        assert_eq!(address.problem(), "10.0.0.1 is the address of 2 machines");
        for unsure in [vec![], vec![machine("a")], vec![machine("a"), merged]] {
            assert_eq!(missing("kiosk", unsure).problem(), "kiosk may mean several machines");
        }
        let all = missing("kiosk", vec![machine("a"); MOST_LISTED]);
        assert_eq!(all.problem(), "kiosk may mean several machines");
    }
}
