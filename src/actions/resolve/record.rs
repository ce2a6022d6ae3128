//! The record of a machine: what it says of itself, and whether another one is better.

use super::name::{Name, is_alike};
use crate::response::{Member, Members};
use crate::schema::SEGMENT;

/// A machine that was found by a name.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// Its record, untouched.
    pub(crate) text: String,
    /// Device ID.
    pub(crate) id: String,
    /// Full name.
    pub(crate) name: String,
    address: String,
    entra: String,
    /// Which record it stands for, if it was merged into one.
    pub(super) merged: Merged,
    onboarded: Option<bool>,
    duplicate: Respect,
    excluded: Respect,
    health: Respect,
    /// Whether the service gave it twice, in ways that differ.
    pub(super) doubted: bool,
}

/// Whether a record was merged into another.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Merged {
    No,
    Into(String),
    /// It was, and the identifier can't be one.
    Unreadable,
}

/// How bad a record is in one respect, at best and at worst; the same for all if none says
/// anything.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Respect(u8, u8);

impl Found {
    /// Reads a record; `None` if it has no identifier that fits into a path, or something in place
    /// of its names.
    pub(super) fn of(text: &str) -> Option<Self> {
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
            "active" => Respect(0, 0),
            // It is heard of, and perhaps as good as one that is active.
            "impairedcommunication" | "nosensordata" | "nosensordataimpairedcommunication" => {
                Respect(0, 1)
            }
            // Silent for more than seven days.
            "inactive" => Respect(2, 2),
            _ => Respect(0, 2),
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
            doubted: false,
        })
    }

    /// Whether a name stands for it.
    pub(super) fn answers_to(&self, name: &Name) -> bool {
        match name.property {
            "computerDnsName" => {
                self.has_name(name)
                    || (name.is_label()
                        && self
                            .name
                            .split('.')
                            .next()
                            .is_some_and(|first| is_alike(first, &name.text)))
            }
            "ip" => self.address.eq_ignore_ascii_case(&name.text),
            _ => self.entra.eq_ignore_ascii_case(&name.text),
        }
    }

    /// Whether a name is its full name, and not the first label of it.
    pub(super) fn has_name(&self, name: &Name) -> bool {
        name.property == "computerDnsName" && is_alike(&self.name, &name.text)
    }

    /// Whether it is the record of this identifier.
    pub(super) fn is(&self, id: &str) -> bool {
        self.id.eq_ignore_ascii_case(id)
    }

    /// Whether it may be onboarded, or may not be. A record need not say.
    pub(super) fn may_be(&self, onboarded: bool) -> bool {
        self.onboarded != Some(!onboarded)
    }

    /// Whether another record of the same machine says the same, in what counts here.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        let respects = |of: &Self| [of.duplicate, of.excluded, of.health];
        let is_merged_alike = match (&self.merged, &other.merged) {
            (Merged::Into(one), Merged::Into(other)) => one.eq_ignore_ascii_case(other),
            (one, other) => one == other,
        };
        is_merged_alike
            && self.onboarded == other.onboarded
            && respects(self) == respects(other)
            && [
                (&self.name, &other.name),
                (&self.address, &other.address),
                (&self.entra, &other.entra),
            ]
            .iter()
            .all(|(one, other)| is_alike(one, other))
    }

    /// Whether it gives way to another of the very same name (two names are two machines): one that
    /// is better in some respect, and certainly not worse in any.
    pub(super) fn gives_way_to(&self, other: &Self) -> bool {
        !self.name.is_empty()
            && is_alike(&self.name, &other.name)
            && self.is_worse_than(other, false)
    }

    /// Whether another one is better in some respect, this one among them, and certainly not worse
    /// in any.
    pub(super) fn is_worse_than(&self, other: &Self, already: bool) -> bool {
        // One that says that it is what is wanted is better than one that says nothing.
        let said = |of: &Self| if of.onboarded.is_some() { Respect(0, 0) } else { Respect(1, 1) };
        let respects = |of: &Self| [of.duplicate, of.excluded, of.health, said(of)];
        let pairs = || respects(self).into_iter().zip(respects(other));
        pairs().all(|(own, others)| own == others || others.1 <= own.0)
            && (already || pairs().any(|(own, others)| others.1 < own.0))
    }
}

/// The text of a member, empty if it is missing or `null`; `None` if there is something else.
fn text_of(members: &Members<'_>, name: &str) -> Option<String> {
    match members.read_text(name) {
        Member::Absent => Some(String::new()),
        Member::Value(text) => Some(text),
        Member::Unreadable => None,
    }
}

/// A member that is true of what is worse.
fn flag(members: &Members<'_>, name: &str) -> Respect {
    match members.raw(name).unwrap_or_default().trim_matches('"').to_ascii_lowercase().as_str() {
        "false" => Respect(0, 0),
        "true" => Respect(1, 1),
        _ => Respect(0, 1),
    }
}
