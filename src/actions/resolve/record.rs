//! The record of a machine, and whether another one is better.

use super::name::{Name, eq_ignore_case};
use crate::response::{Member, Members};
use crate::schema::SEGMENT;

/// A machine found by name.
#[derive(Clone, Debug)]
pub(crate) struct MachineRecord {
    /// Its record, unchanged.
    pub(crate) text: String,
    /// Device ID.
    pub(crate) id: String,
    /// Full name.
    pub(crate) name: String,
    address: String,
    entra: String,
    /// The record that it was merged into, if any.
    pub(super) merged: Merged,
    onboarded: Option<bool>,
    duplicate: Penalty,
    excluded: Penalty,
    health: Penalty,
    /// Whether the service returned it twice with differences.
    pub(super) contradictory: bool,
}

/// Whether a record was merged into another.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Merged {
    No,
    Into(String),
    /// It was merged, but the ID is invalid.
    Unreadable,
}

/// How bad a record is in one respect: best and worst case. Equal for records that say nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Penalty(u8, u8);

impl MachineRecord {
    /// Whether it was merged into another record.
    pub(crate) fn is_merged(&self) -> bool {
        self.merged != Merged::No
    }

    /// Parses a record; `None` if its ID does not fit into a path, or its names are unreadable.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let members = Members::parse_text(text)?;
        let merged = match text_of(&members, "mergedIntoMachineId") {
            Some(id) if id.is_empty() => Merged::No,
            Some(id) if id.is_ascii() && (SEGMENT.check)(&id) => Merged::Into(id),
            _ => Merged::Unreadable,
        };
        let onboarded = match text_of(&members, "onboardingStatus")
            .unwrap_or_default()
            .to_ascii_lowercase()
            .as_str()
        {
            "onboarded" => Some(true),
            "canbeonboarded" | "unsupported" | "insufficientinfo" => Some(false),
            _ => None,
        };
        let health = match text_of(&members, "healthStatus")
            .unwrap_or_default()
            .to_ascii_lowercase()
            .as_str()
        {
            "active" => Penalty(0, 0),
            // It still reports, and may be as good as an active one.
            "impairedcommunication" | "nosensordata" | "nosensordataimpairedcommunication" => {
                Penalty(0, 1)
            }
            // Silent for more than seven days.
            "inactive" => Penalty(2, 2),
            _ => Penalty(0, 2),
        };
        Some(Self {
            text: text.to_owned(),
            id: members.text("id").filter(|id| (SEGMENT.check)(id))?,
            name: text_of(&members, "computerDnsName")?,
            address: text_of(&members, "lastIpAddress")?,
            entra: text_of(&members, "aadDeviceId")?,
            merged,
            onboarded,
            duplicate: flag(&members, "isPotentialDuplication"),
            excluded: flag(&members, "isExcluded"),
            health,
            contradictory: false,
        })
    }

    /// Whether a name matches it.
    pub(super) fn matches_name(&self, name: &Name) -> bool {
        match name.property {
            "computerDnsName" => {
                self.has_name(name)
                    || (name.is_label()
                        && self
                            .name
                            .split('.')
                            .next()
                            .is_some_and(|first| eq_ignore_case(first, &name.text)))
            }
            "ip" => self.address.eq_ignore_ascii_case(&name.text),
            _ => self.entra.eq_ignore_ascii_case(&name.text),
        }
    }

    /// Whether a name is its full name rather than its first label.
    pub(super) fn has_name(&self, name: &Name) -> bool {
        name.property == "computerDnsName" && eq_ignore_case(&self.name, &name.text)
    }

    /// Whether it has this ID.
    pub(super) fn is(&self, id: &str) -> bool {
        self.id.eq_ignore_ascii_case(id)
    }

    /// Whether it may be onboarded, or not onboarded. A record need not say.
    pub(super) fn may_be(&self, onboarded: bool) -> bool {
        self.onboarded != Some(!onboarded)
    }

    /// Whether another record of the same machine agrees in everything that matters here.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        let penalties = |of: &Self| [of.duplicate, of.excluded, of.health];
        let is_merged_alike = match (&self.merged, &other.merged) {
            (Merged::Into(one), Merged::Into(other)) => one.eq_ignore_ascii_case(other),
            (one, other) => one == other,
        };
        is_merged_alike
            && self.onboarded == other.onboarded
            && penalties(self) == penalties(other)
            && [
                (&self.name, &other.name),
                (&self.address, &other.address),
                (&self.entra, &other.entra),
            ]
            .iter()
            .all(|(one, other)| eq_ignore_case(one, other))
    }

    /// Whether a record with exactly the same name is better in some respect and certainly not
    /// worse in any. Two names are two machines.
    pub(super) fn is_superseded_by(&self, other: &Self) -> bool {
        !self.name.is_empty()
            && eq_ignore_case(&self.name, &other.name)
            && self.is_worse_than(other, false)
    }

    /// Whether another record is better in some respect, or `already` says so, and certainly not
    /// worse in any.
    pub(super) fn is_worse_than(&self, other: &Self, already: bool) -> bool {
        // A record that states its onboarding is better than one that does not.
        let said = |of: &Self| if of.onboarded.is_some() { Penalty(0, 0) } else { Penalty(1, 1) };
        let penalties = |of: &Self| [of.duplicate, of.excluded, of.health, said(of)];
        let pairs = || penalties(self).into_iter().zip(penalties(other));
        pairs().all(|(own, others)| own == others || others.1 <= own.0)
            && (already || pairs().any(|(own, others)| others.1 < own.0))
    }
}

/// A string member, empty if it is missing or `null`; `None` if it is something else.
fn text_of(members: &Members<'_>, name: &str) -> Option<String> {
    match members.read_text(name) {
        Member::Absent => Some(String::new()),
        Member::Value(text) => Some(text),
        Member::Unreadable => None,
    }
}

/// A flag that is true for worse records.
fn flag(members: &Members<'_>, name: &str) -> Penalty {
    match members.raw(name).unwrap_or_default().trim_matches('"').to_ascii_lowercase().as_str() {
        "false" => Penalty(0, 0),
        "true" => Penalty(1, 1),
        _ => Penalty(0, 1),
    }
}
