//! A name of a machine as it was given, and every spelling in which the service may have it.

use serde_json::Value;

use super::letter_case;
use crate::request::is_guid;
use crate::schema::{is_around, machine_name};

/// A name of a machine.
pub(super) struct Name {
    /// Which property has it, as the parameters call it.
    pub(super) property: &'static str,
    /// What counts of it.
    pub(super) text: String,
}

impl Name {
    /// The name that a parameter gives.
    pub(super) fn of(host: &Value) -> Self {
        let given = |property: &str| host[property].as_str();
        match (given("computerDnsName"), given("ip")) {
            (Some(name), _) => {
                Self { property: "computerDnsName", text: machine_name(name).to_owned() }
            }
            (None, Some(address)) => {
                Self { property: "ip", text: address.trim_matches(is_around).to_owned() }
            }
            (None, None) => {
                let text = given("aadDeviceId").unwrap_or_default().trim_matches(is_around);
                let bare = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
                Self { property: "aadDeviceId", text: bare.unwrap_or(text).to_owned() }
            }
        }
    }

    /// Whether it names a machine by the first label of its full name.
    pub(super) fn is_label(&self) -> bool {
        self.property == "computerDnsName" && !self.text.contains('.')
    }

    /// Whether it has the form of a GUID.
    pub(super) fn is_guid(&self) -> bool {
        is_guid(&self.text)
    }

    /// The spellings to ask for. The service compares letter by letter and keeps names in lower
    /// case; what that is beyond ASCII depends on who wrote the record.
    pub(super) fn spellings(&self) -> Vec<String> {
        match self.property {
            "ip" => return vec![self.text.clone()],
            "computerDnsName" if !self.text.is_ascii() => {}
            _ => return vec![self.text.to_ascii_lowercase()],
        }
        let upper: String = self.text.chars().map(letter_case::upper).collect();
        let mut spellings = vec![lower(&self.text)];
        for text in [self.text.clone(), upper.to_ascii_lowercase(), upper] {
            if !spellings.contains(&text) {
                spellings.push(text);
            }
        }
        spellings
    }
}

/// Whether two texts are the same but for the case of their letters.
pub(super) fn is_alike(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other) || (!one.is_ascii() && lower(one) == lower(other))
}

fn lower(text: &str) -> String {
    text.chars().map(letter_case::lower).collect()
}
