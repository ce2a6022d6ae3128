//! The filter that finds every record that one of some names may stand for.

use super::name::Name;
use crate::request::{quoted, quoted_list};
use crate::text::join;

/// How the service takes Entra IDs in a filter: as texts, or as GUIDs, which stand bare and of
/// which nothing else can be one. Its pages call them a representation of a GUID, and it refuses
/// the one that it does not take.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Guids {
    Quoted,
    Bare,
}

/// The filter for these names; empty if no record can have any of them.
pub(super) fn filter(names: &[Name], guids: Guids) -> String {
    let spelt = |property: &str| -> Vec<String> {
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
        let spelt = spelt(name);
        if spelt.is_empty() {
            continue;
        }
        let list = match guids {
            Guids::Bare if name == "aadDeviceId" => join(&spelt, ","),
            _ => quoted_list(spelt.iter().map(String::as_str)),
        };
        clauses.push(format!("{property} in ({list})"));
    }
    for name in names.iter().filter(|name| name.is_label()) {
        for spelt in name.spellings() {
            clauses.push(format!("startswith(computerDnsName,{})", quoted(&format!("{spelt}."))));
        }
    }
    join(&clauses, " or ")
}
