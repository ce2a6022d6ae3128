//! Which machine a name means: the only one that remains when every record was followed and every
//! worse one has given way.

use serde_json::{Map, Value};

use super::Onboarding;
use super::name::Name;
use super::record::{Found, Merged};
use crate::error::{Error, Kind};
use crate::response::{Members, Sanitizer};

/// Most candidates that are shown.
const SHOWN: usize = 20;

/// The records among which names are looked for.
pub(super) struct Records {
    /// Each once.
    pub(super) list: Vec<Found>,
    /// Whether there may be others.
    pub(super) is_part: bool,
}

impl Records {
    /// Takes records in. Two of one machine are one if they say the same, and both in doubt if not.
    pub(super) fn extend(&mut self, records: Vec<Found>) {
        for mut record in records {
            let mut is_known = false;
            for other in self.list.iter_mut().filter(|other| other.is(&record.id)) {
                if other.is_same_as(&record) {
                    is_known = true;
                } else {
                    (other.doubted, record.doubted) = (true, true);
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

    /// The record that one stands for: its own if it was not merged; `None` if it leads nowhere, or
    /// round in a circle.
    fn end_of<'r>(&'r self, mut record: &'r Found) -> Option<&'r Found> {
        for _ in 0..=self.list.len() {
            match &record.merged {
                Merged::No => return (!record.doubted).then_some(record),
                Merged::Into(id) if !record.doubted => {
                    record = self.list.iter().find(|other| other.is(id))?
                }
                Merged::Into(_) | Merged::Unreadable => return None,
            }
        }
        None
    }

    /// The machine that a name means.
    ///
    /// # Errors
    ///
    /// `not-found`, or `ambiguous` with the candidates.
    pub(super) fn choose(
        &self,
        name: &Name,
        onboarding: Onboarding,
        clean: &Sanitizer,
    ) -> Result<Found, Error> {
        match onboarding {
            Onboarding::Required => self.choose_among(name, true, clean),
            Onboarding::Excluded => self.choose_among(name, false, clean),
            Onboarding::Preferred => match self.choose_among(name, true, clean) {
                Err(error) if error.kind() == Kind::NotFound => {
                    self.choose_among(name, false, clean).map_err(|other| {
                        // If neither kind is found, the error is about the usual one.
                        if other.kind() == Kind::NotFound { error } else { other }
                    })
                }
                chosen => chosen,
            },
        }
    }

    fn choose_among(
        &self,
        name: &Name,
        onboarded: bool,
        clean: &Sanitizer,
    ) -> Result<Found, Error> {
        let named: Vec<&Found> =
            self.list.iter().filter(|record| record.answers_to(name)).collect();
        // Each with whether it has the name in full.
        let mut remaining: Vec<(&Found, bool)> = Vec::new();
        // It may be any machine, the one that is meant too: it neither gives way nor is given way
        // to.
        let mut lost: Vec<&Found> = Vec::new();
        for record in &named {
            let in_full = record.has_name(name);
            match self.end_of(record) {
                None => lost.push(record),
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
        // A name may be one machine's full name and the first label of another's: the full one is
        // meant if it is as good.
        let gives_way = |(record, in_full): &(&Found, bool), (other, others): &(&Found, bool)| {
            record.gives_way_to(other) || (*others && !in_full && record.is_worse_than(other, true))
        };
        remaining.retain(|record| !rivals.iter().any(|other| gives_way(record, other)));
        let remaining: Vec<&Found> = remaining.into_iter().map(|(record, _)| record).collect();
        if let ([one], [], false) = (&*remaining, &*lost, self.is_part) {
            return Ok((*one).clone());
        }
        let (property, name) = (name.property, clean.text(&name.text));
        let wanted = if onboarded { "onboarded" } else { "not onboarded" };
        let count = remaining.len() + lost.len();
        let (kind, message) = match (count, lost.len()) {
            _ if self.is_part => (
                Kind::Ambiguous,
                // What was cut off could be another machine of the same name.
                format!(
                    "The service's list of machines with the {property} {name:?} was cut off: give the device ID."
                ),
            ),
            (0, _) => (
                Kind::NotFound,
                format!(
                    "No machine that is {wanted} has the {property} {name:?} ({} other records have it): check the name or give the device ID.",
                    named.len()
                ),
            ),
            (_, 0) => (
                Kind::Ambiguous,
                format!(
                    "{name:?} is the {property} of {count} machines: give the device ID of one of them."
                ),
            ),
            _ => (
                Kind::Ambiguous,
                format!(
                    "The {property} {name:?} leads to {count} records, and {} of them, merged or given twice, to no one machine: give a device ID.",
                    lost.len()
                ),
            ),
        };
        let shown = if count == 0 { named } else { remaining.into_iter().chain(lost).collect() };
        Err(Error::new(kind, message).with_detail("candidates", candidates(&shown, clean)))
    }
}

fn candidates(records: &[&Found], clean: &Sanitizer) -> Value {
    let mut candidates: Vec<Value> = Vec::new();
    for record in records {
        // The one that was seen last is the likeliest.
        let row = candidate(record, clean);
        let at = candidates
            .iter()
            .position(|other| other["lastSeen"].as_str() < row["lastSeen"].as_str());
        candidates.insert(at.unwrap_or(candidates.len()), row);
        candidates.truncate(SHOWN);
    }
    Value::Array(candidates)
}

fn candidate(record: &Found, clean: &Sanitizer) -> Value {
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
