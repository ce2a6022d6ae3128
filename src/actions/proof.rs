//! Proof of a change: whether the record that the service answers with shows what was asked for.
//!
//! The service has been seen to answer with the record as it was before. A record of another thing
//! is no answer; one of the right thing that does not show the change, or cannot be read there, is
//! a success with a warning.

use serde_json::Value;
use serde_json::value::RawValue;

use super::same::{is_same_text, is_same_value};
use crate::catalogue::{Change, Shown};
use crate::client::Client;
use crate::error::{self, Error, Retry};
use crate::json::object;
use crate::outcome::{Outcome, Warning};
use crate::response::{self, Members, Sanitizer, is_about};
use crate::shape::Input;

/// The code of the warning.
const NOT_SHOWN: &str = "change-not-shown";

/// A record, what was asked for, and how far the one shows the other.
#[derive(Debug)]
pub(crate) struct Proof<'a> {
    text: &'a str,
    record: Members<'a>,
    asked: &'a Input,
    /// Whether it says of which thing it is.
    is_named: bool,
    /// Whether that is another thing than the one that was named.
    is_other: bool,
    lacks: Vec<(&'static str, Value)>,
}

/// The result of a change; `None` if the answer is no record, or the record of another thing.
pub(crate) fn prove(
    client: &Client<'_>,
    action: &str,
    change: &Change,
    asked: &Input,
    body: Vec<u8>,
) -> Option<Outcome> {
    let text = response::record(body)?;
    let mut proof = Proof::of(&text, asked)?;
    change.shown.iter().for_each(|shown| proof.compare(shown));
    // No record of the service has such a member; an error in the clothes of a success has.
    let is_error = proof.record.every("error").any(|value| value != "null");
    if is_error || proof.is_other || !proof.is_named {
        return None;
    }
    let warning = proof.warning(action, change.read, &client.sanitizer());
    Some(Outcome::of(text).with_warning(warning))
}

impl<'a> Proof<'a> {
    /// Starts from a record, before anything is compared; `None` if the text is no record.
    pub(super) fn of(text: &'a str, asked: &'a Input) -> Option<Self> {
        let record = Members::parse_text(text)?;
        Some(Self { text, record, asked, is_named: false, is_other: false, lacks: Vec::new() })
    }

    /// Compares one thing that it is to show with what was asked for.
    // Smaller than inlined into its one caller.
    #[inline(never)]
    fn compare(&mut self, shown: &Shown) {
        match *shown {
            Shown::Machine(member) => self.machine(member),
            Shown::Name(member) => self.names(member, is_same_text),
            Shown::IndicatorValue(member) => self.names(member, is_same_value),
            Shown::Value(name) => self.shows(name, &[]),
            Shown::Synonym(synonym) => self.shows(synonym.member, synonym.pairs),
            Shown::ValueIfThere(name) => {
                if self.record.every(name).any(|value| value != "null") {
                    self.shows(name, &[]);
                }
            }
            Shown::Listed(within) => self.lists(within.list, within.parameter, true),
            Shown::NotListed(within) => self.lists(within.list, within.parameter, false),
            Shown::Among(within) => self.has_among(within.list, within.parameter),
        }
    }

    /// Which record it is, if it says so once.
    pub(super) fn id(&self) -> Option<String> {
        text_of(self.record.raw("id")?)
    }

    /// Whether it shows all that was asked for.
    pub(super) fn is_whole(&self) -> bool {
        self.lacks.is_empty()
    }

    /// The member names the machine that the parameter `id` names.
    fn machine(&mut self, member: &'static str) {
        let named = self.asked.text("id").unwrap_or_default();
        let mut all = self.record.every(member);
        let first = all.next();
        self.is_other |=
            !is_about(self.text, member, named) || all.any(|again| Some(again) != first);
        self.is_named |= self.record.text(member).is_some();
    }

    /// The member names the thing that the parameter of that name does.
    fn names(&mut self, member: &'static str, same: fn(&str, &str) -> bool) {
        let asked = self.asked.text(member).unwrap_or_default();
        let mut is_named = false;
        for found in self.record.every(member).filter_map(text_of) {
            is_named |= same(&found, asked);
            self.is_other |= !same(&found, asked);
        }
        self.is_named |= is_named;
        if !is_named {
            self.lacks.push((member, Value::from(asked)));
        }
    }

    /// The member has the value of the parameter of that name, if that was given; some values are
    /// written in two ways.
    fn shows(&mut self, name: &'static str, synonyms: &[[&str; 2]]) {
        let Some(asked) = self.asked.value(name) else { return };
        let is_same = |found: &str| is_value(found, asked, synonyms);
        if !self.record.raw(name).is_some_and(is_same) {
            self.lacks.push((name, asked.clone()));
        }
    }

    /// The list has the text of the parameter, or does not have it.
    pub(super) fn lists(&mut self, member: &'static str, parameter: &str, is_wanted: bool) {
        let asked = self.asked.text(parameter).unwrap_or_default();
        // What cannot be read may be it.
        let (mut is_there, mut is_unread) = (false, false);
        let list = self.record.raw(member).and_then(list_of);
        let is_list = list.is_some();
        for value in list.unwrap_or_default() {
            let text = text_of(value);
            is_unread |= text.is_none();
            is_there |= text.is_some_and(|text| is_same_name(&text, asked));
        }
        let is_shown = is_list && if is_wanted { is_there } else { !is_there && !is_unread };
        if !is_shown {
            self.lacks.push((member, Value::from(asked)));
        }
    }

    /// One record of the list has the text of the parameter, if that was given, in its member of
    /// that name.
    fn has_among(&mut self, list: &'static str, name: &str) {
        let Some(asked) = self.asked.text(name) else { return };
        let has = |record: &str| {
            let record = Members::parse_text(record);
            record.is_some_and(|record| {
                record.text(name).is_some_and(|text| is_same_text(&text, asked))
            })
        };
        if !self.record.raw(list).and_then(list_of).is_some_and(|all| all.into_iter().any(has)) {
            self.lacks.push((list, Value::from(asked)));
        }
    }

    fn warning(&self, action: &str, read: &str, clean: &Sanitizer) -> Option<Warning> {
        let (first, _) = self.lacks.first()?;
        let id = clean.text(&self.record.text("id").unwrap_or_default());
        let shown = |member: &str| self.record.every(member).last().map(|value| clean.text(value));
        let found = shown(first).map_or_else(
            || format!("there is no `{first}`"),
            |value| format!("`{first}` is {value}"),
        );
        let message = format!(
            "`{action}` was accepted, and the record of {id} that it was answered with does not show the change ({found}): read it back with `{read}`."
        );
        let row = |(member, asked): &(&str, Value)| {
            object(&mut [
                ("member", Value::from(*member)),
                ("asked", asked.clone()),
                ("shown", shown(member).map_or(Value::Null, Value::from)),
            ])
        };
        Some(
            Warning::new(NOT_SHOWN, message)
                .with_detail("members", self.lacks.iter().map(row).collect()),
        )
    }
}

/// A warning that the records of these machines, or other things, do not show the change.
pub(super) fn not_shown(action: &str, read: &str, ids: &[&str], of: usize) -> Warning {
    let (n, first) = (ids.len(), ids.first().copied().unwrap_or_default());
    let message = format!(
        "`{action}` was accepted, and {n} of {of} records that it was answered with do not show the change (the first is {first}): read them back with `{read}`."
    );
    Warning::new(NOT_SHOWN, message).with_detail("ids", Value::from(ids))
}

/// The text in a value; `None` if it is something else or holds half a surrogate pair: what was cut
/// there may be the very difference.
pub(super) fn text_of(value: &str) -> Option<String> {
    serde_json::from_str(value).ok()
}

/// The values of a list, each as the text it was: one that cannot be read does not spoil the
/// others.
fn list_of(value: &str) -> Option<Vec<&str>> {
    let list: Vec<&RawValue> = serde_json::from_str(value).ok()?;
    Some(list.into_iter().map(RawValue::get).collect())
}

fn is_value(found: &str, asked: &Value, synonyms: &[[&str; 2]]) -> bool {
    match asked {
        Value::String(asked) => text_of(found).is_some_and(|found| {
            let is_both = |pair: &[&str; 2]| {
                pair.contains(&asked.as_str()) && pair.iter().any(|one| is_same_text(one, &found))
            };
            is_same_text(&found, asked) || synonyms.iter().any(is_both)
        }),
        Value::Bool(asked) => found == if *asked { "true" } else { "false" },
        _ => false,
    }
}

/// The same name: letter case and blanks around it aside.
fn is_same_name(one: &str, other: &str) -> bool {
    one.trim().eq_ignore_ascii_case(other.trim())
}

/// The error of an answer that says nothing of some of the things that were sent: they may have
/// been changed.
pub(super) fn missing_from_answer(
    action: &str,
    read: &str,
    what: &str,
    missing: &[&str],
    of: usize,
    clean: &Sanitizer,
) -> Error {
    let n = missing.len();
    let first = clean.text(missing.first().copied().unwrap_or_default());
    let message = format!(
        "The answer to `{action}` does not say what became of {n} of {of} {what} (the first is {first}): look with `{read}` before you repeat it."
    );
    let missing = missing.iter().map(|id| Value::from(clean.text(id))).collect();
    Error::new(error::Kind::MalformedResponse, message)
        .with_retry(Retry::Unknown)
        .with_detail("missing", missing)
}
