//! Picks the machine that a name means: the only one left after merged records are followed and
//! worse ones dropped.

use serde_json::{Map, Value};

use super::Onboarding;
use super::name::Name;
use super::record::{MachineRecord, Merged};
use crate::error::{Error, Kind};
use crate::response::{Members, Sanitizer};

/// Maximum number of candidates to list.
const MAX_CANDIDATES: usize = 20;

/// The records that names are matched against.
pub(super) struct Records {
    /// The records, without duplicates.
    pub(super) list: Vec<MachineRecord>,
    /// Whether there may be more.
    pub(super) is_part: bool,
}

impl Records {
    /// Adds records. Two records of one machine are merged if they agree, and both marked as
    /// contradictory if not.
    pub(super) fn extend(&mut self, records: Vec<MachineRecord>) {
        for mut record in records {
            let mut is_known = false;
            for other in self.list.iter_mut().filter(|other| other.is(&record.id)) {
                if other.is_same_as(&record) {
                    is_known = true;
                } else {
                    (other.contradictory, record.contradictory) = (true, true);
                }
            }
            if !is_known {
                self.list.push(record);
            }
        }
    }

    /// Whether there is a record of this machine.
    pub(super) fn has(&self, id: &str) -> bool {
        self.list.iter().any(|record| record.is(id))
    }

    /// Follows a merged record to its end: itself if it was not merged; `None` if the chain breaks
    /// or loops.
    fn resolves_to<'r>(&'r self, mut record: &'r MachineRecord) -> Option<&'r MachineRecord> {
        for _ in 0..=self.list.len() {
            match &record.merged {
                Merged::No => return (!record.contradictory).then_some(record),
                Merged::Into(id) if !record.contradictory => {
                    record = self.list.iter().find(|other| other.is(id))?
                }
                Merged::Into(_) | Merged::Unreadable => return None,
            }
        }
        None
    }

    /// Picks the machine that a name means.
    ///
    /// # Errors
    ///
    /// `not-found`, or `ambiguous` with the candidates.
    pub(super) fn pick(
        &self,
        name: &Name,
        onboarding: Onboarding,
        clean: &Sanitizer,
    ) -> Result<MachineRecord, Error> {
        match onboarding {
            Onboarding::Required => self.pick_among(name, true, clean),
            Onboarding::Excluded => self.pick_among(name, false, clean),
            Onboarding::Preferred => match self.pick_among(name, true, clean) {
                Err(error) if error.kind() == Kind::NotFound => {
                    self.pick_among(name, false, clean).map_err(|other| {
                        // If neither is found, report the error for onboarded machines.
                        if other.kind() == Kind::NotFound { error } else { other }
                    })
                }
                chosen => chosen,
            },
        }
    }

    fn pick_among(
        &self,
        name: &Name,
        onboarded: bool,
        clean: &Sanitizer,
    ) -> Result<MachineRecord, Error> {
        let named: Vec<&MachineRecord> =
            self.list.iter().filter(|record| record.matches_name(name)).collect();
        // Each with whether it has the full name.
        let mut remaining: Vec<(&MachineRecord, bool)> = Vec::new();
        // Records whose chain breaks may be any machine, so they neither supersede others nor are
        // superseded.
        let mut unresolved: Vec<&MachineRecord> = Vec::new();
        for record in &named {
            let in_full = record.has_name(name);
            match self.resolves_to(record) {
                None => unresolved.push(record),
                Some(end) if end.may_be(onboarded) => {
                    match remaining.iter_mut().find(|(other, _)| other.is(&end.id)) {
                        Some(other) => other.1 |= in_full,
                        None => remaining.push((end, in_full)),
                    }
                }
                Some(_) => {}
            }
        }
        let rivals = remaining.clone();
        // A name may be the full name of one machine and the first label of another: prefer the
        // full name if that record is as good.
        let is_superseded = |(record, in_full): &(&MachineRecord, bool),
                             (other, others): &(&MachineRecord, bool)| {
            record.is_superseded_by(other)
                || (*others && !in_full && record.is_worse_than(other, true))
        };
        remaining.retain(|record| !rivals.iter().any(|other| is_superseded(record, other)));
        let remaining: Vec<&MachineRecord> =
            remaining.into_iter().map(|(record, _)| record).collect();
        if let ([one], [], false) = (&*remaining, &*unresolved, self.is_part) {
            return Ok((*one).clone());
        }
        let (property, name) = (name.property, clean.text(&name.text));
        let wanted = if onboarded { "onboarded" } else { "not onboarded" };
        let count = remaining.len() + unresolved.len();
        let (kind, message) = match (count, unresolved.len()) {
            _ if self.is_part => (
                Kind::Ambiguous,
                // The truncated part could contain another machine of the same name.
                format!(
                    "The service's list of machines with the {property} {name:?} was cut off: use the device ID."
                ),
            ),
            (0, _) => (
                Kind::NotFound,
                format!(
                    "No machine that is {wanted} has the {property} {name:?} ({} other records do): check the name or use the device ID.",
                    named.len()
                ),
            ),
            (_, 0) => (
                Kind::Ambiguous,
                format!(
                    "{count} machines have the {property} {name:?}: use the device ID of one of them."
                ),
            ),
            _ => (
                Kind::Ambiguous,
                format!(
                    "The {property} {name:?} matches {count} records, of which {} are merged or contradictory and lead to no single machine: use a device ID.",
                    unresolved.len()
                ),
            ),
        };
        let listed =
            if count == 0 { named } else { remaining.into_iter().chain(unresolved).collect() };
        Err(Error::new(kind, message).with_detail("candidates", candidates(&listed, clean)))
    }
}

pub(super) fn candidates(records: &[&MachineRecord], clean: &Sanitizer) -> Value {
    let mut candidates: Vec<Value> = Vec::new();
    for record in records {
        // The most recently seen candidate is the most likely one.
        let row = candidate(record, clean);
        let at = candidates
            .iter()
            .position(|other| other["lastSeen"].as_str() < row["lastSeen"].as_str());
        candidates.insert(at.unwrap_or(candidates.len()), row);
        candidates.truncate(MAX_CANDIDATES);
    }
    Value::Array(candidates)
}

fn candidate(record: &MachineRecord, clean: &Sanitizer) -> Value {
    const MEMBERS: &[&str] = &[
        "id",
        "computerDnsName",
        "lastSeen",
        "healthStatus",
        "onboardingStatus",
        "osPlatform",
        "lastIpAddress",
        "mergedIntoMachineId",
        "isPotentialDuplication",
        "isExcluded",
        "exclusionReason",
    ];
    let members = Members::parse_text(&record.text);
    let mut object = Map::new();
    for name in MEMBERS {
        let text = members
            .as_ref()
            .and_then(|members| members.text(name))
            .map(|text| Value::from(clean.text(&text)));
        let flag =
            || members.as_ref().and_then(|members| members.get::<bool>(name)).map(Value::from);
        object.insert((*name).to_owned(), text.or_else(flag).unwrap_or_default());
    }
    Value::Object(object)
}
