//! Builds the filter that finds every record that may match one of some names.

use super::name::Name;
use crate::request::{quoted, quoted_list};
use crate::text::join;

/// How the service expects Entra IDs in a filter: as text, or as bare GUIDs, which rules out
/// everything else. Its documentation calls them a representation of a GUID, and it rejects the
/// other form.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Guids {
    Quoted,
    Bare,
}

/// Builds the filter for these names; empty if no record can match any of them.
pub(super) fn filter(names: &[Name], guids: Guids) -> String {
    let spellings = |property: &str| -> Vec<String> {
        let named = names.iter().filter(|name| name.property == property);
        named
            .filter(|name| property != "aadDeviceId" || guids == Guids::Quoted || name.is_guid())
            .flat_map(Name::spellings)
            .collect()
    };
    let mut clauses: Vec<String> = Vec::new();
    for (property, name) in [
        ("computerDnsName", "computerDnsName"),
        ("lastIpAddress", "ip"),
        ("aadDeviceId", "aadDeviceId"),
    ] {
        let spellings = spellings(name);
        if spellings.is_empty() {
            continue;
        }
        let list = match guids {
            Guids::Bare if name == "aadDeviceId" => join(&spellings, ","),
            _ => quoted_list(spellings.iter().map(String::as_str)),
        };
        clauses.push(format!("{property} in ({list})"));
    }
    for name in names.iter().filter(|name| name.is_label()) {
        for spellings in name.spellings() {
            clauses
                .push(format!("startswith(computerDnsName,{})", quoted(&format!("{spellings}."))));
        }
    }
    join(&clauses, " or ")
}
