//! The name of a machine as given, and every spelling that the service may store.

use serde_json::Value;

use super::letter_case;
use crate::schema::{is_padding, machine_name};
use crate::text::is_guid;

/// The name of a machine.
pub(super) struct Name {
    /// The property that holds it, named as in the parameters.
    pub(super) property: &'static str,
    /// Its significant part.
    pub(super) text: String,
}

impl Name {
    /// Reads the name in a parameter.
    pub(super) fn from_param(host: &Value) -> Self {
        let given = |property: &str| host[property].as_str();
        match (given("computerDnsName"), given("ip")) {
            (Some(name), _) => {
                Self { property: "computerDnsName", text: machine_name(name).to_owned() }
            }
            (None, Some(address)) => {
                Self { property: "ip", text: address.trim_matches(is_padding).to_owned() }
            }
            (None, None) => {
                let text = given("aadDeviceId").unwrap_or_default().trim_matches(is_padding);
                let bare = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
                Self { property: "aadDeviceId", text: bare.unwrap_or(text).to_owned() }
            }
        }
    }

    /// Whether it is the first label of a full name.
    pub(super) fn is_label(&self) -> bool {
        self.property == "computerDnsName" && !self.text.contains('.')
    }

    /// Whether it has the form of a GUID.
    pub(super) fn is_guid(&self) -> bool {
        is_guid(&self.text)
    }

    /// The spellings to request. The service compares case-sensitively and stores names in lower
    /// case; outside ASCII, that depends on who wrote the record.
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

/// Whether two texts are the same, ignoring case.
pub(super) fn eq_ignore_case(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right) || (!left.is_ascii() && lower(left) == lower(right))
}

fn lower(text: &str) -> String {
    text.chars().map(letter_case::lower).collect()
}
