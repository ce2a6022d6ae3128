//! Verifies a change: whether the record in the response shows what was requested.
//!
//! The service sometimes responds with the old record. A record of something else is not a valid
//! response; a record of the right thing that does not show the change, or is unreadable there, is
//! a success with a warning.

use serde_json::Value;
use serde_json::value::RawValue;

use super::equality::{is_same_text, is_same_value};
use crate::catalogue::{Change, ExpectedMember};
use crate::client::Client;
use crate::error::{self, Error, Retry};
use crate::json::object;
use crate::outcome::{Outcome, Warning};
use crate::response::{self, Members, Sanitizer, is_for};
use crate::schema::Params;

/// Code of the warning.
const NOT_SHOWN: &str = "change-not-shown";

/// A record, the request, and how far the record shows it.
#[derive(Debug)]
pub(crate) struct Proof<'a> {
    text: &'a str,
    record: Members<'a>,
    asked: &'a Params,
    /// Whether the record says what it belongs to.
    is_named: bool,
    /// Whether it belongs to something else.
    is_other: bool,
    lacks: Vec<(&'static str, Value)>,
}

/// Returns the outcome of a change; `None` if the response is not a record, or one of something
/// else.
pub(crate) fn prove(
    client: &Client<'_>,
    action: &str,
    change: &Change,
    asked: &Params,
    body: Vec<u8>,
) -> Option<Outcome> {
    let text = response::record(body)?;
    let mut proof = Proof::new(&text, asked)?;
    change.expected.iter().for_each(|expected| proof.compare(expected));
    // The service's records have no such member; an error sent as a success has.
    let is_error = proof.record.every("error").any(|value| value != "null");
    if is_error || proof.is_other || !proof.is_named {
        return None;
    }
    let warning = proof.warning(action, change.read, &client.sanitizer());
    Some(Outcome::new(text).with_warning(warning))
}

impl<'a> Proof<'a> {
    /// Starts with a record, before any comparison; `None` if the text is not a record.
    pub(super) fn new(text: &'a str, asked: &'a Params) -> Option<Self> {
        let record = Members::parse_text(text)?;
        Some(Self { text, record, asked, is_named: false, is_other: false, lacks: Vec::new() })
    }

    /// Compares one expected member with the request.
    // Not inlined: smaller.
    #[inline(never)]
    fn compare(&mut self, expected: &ExpectedMember) {
        match *expected {
            ExpectedMember::Machine(member) => self.check_machine(member),
            ExpectedMember::Subject(member) => self.check_subject(member, is_same_text),
            ExpectedMember::IndicatorValue(member) => self.check_subject(member, is_same_value),
            ExpectedMember::Value(name) => self.check_value(name, &[]),
            ExpectedMember::Synonym(synonym) => self.check_value(synonym.member, synonym.pairs),
            ExpectedMember::ValueIfPresent(name) => {
                if self.record.every(name).any(|value| value != "null") {
                    self.check_value(name, &[]);
                }
            }
            ExpectedMember::Listed(within) => self.check_list(within.list, within.parameter, true),
            ExpectedMember::NotListed(within) => {
                self.check_list(within.list, within.parameter, false)
            }
            ExpectedMember::Among(within) => self.check_element(within.list, within.parameter),
        }
    }

    /// The record's ID, if it occurs once.
    pub(super) fn id(&self) -> Option<String> {
        text_of(self.record.raw("id")?)
    }

    /// Whether the record shows everything that was requested.
    pub(super) fn is_complete(&self) -> bool {
        self.lacks.is_empty()
    }

    /// Checks that the member names the machine of the parameter `id`.
    fn check_machine(&mut self, member: &'static str) {
        let named = self.asked.text("id").unwrap_or_default();
        let mut all = self.record.every(member);
        let first = all.next();
        self.is_other |= !is_for(self.text, member, named) || all.any(|again| Some(again) != first);
        self.is_named |= self.record.text(member).is_some();
    }

    /// Checks that the member names the same subject as the parameter of that name.
    fn check_subject(&mut self, member: &'static str, same: fn(&str, &str) -> bool) {
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

    /// Checks that the member has the value of the parameter of that name, if given; some values
    /// have two spellings.
    fn check_value(&mut self, name: &'static str, synonyms: &[[&str; 2]]) {
        let Some(asked) = self.asked.value(name) else { return };
        let is_same = |found: &str| is_value(found, asked, synonyms);
        if !self.record.raw(name).is_some_and(is_same) {
            self.lacks.push((name, asked.clone()));
        }
    }

    /// Checks that the list contains the parameter's text, or does not contain it.
    pub(super) fn check_list(&mut self, member: &'static str, parameter: &str, is_wanted: bool) {
        let asked = self.asked.text(parameter).unwrap_or_default();
        // An unreadable value may be the one.
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

    /// Checks that an element of the list has the parameter's text, if given, in its member of that
    /// name.
    fn check_element(&mut self, list: &'static str, name: &str) {
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
        let actual = |member: &str| self.record.every(member).last().map(|value| clean.text(value));
        let found = actual(first).map_or_else(
            || format!("there is no `{first}`"),
            |value| format!("`{first}` is {value}"),
        );
        let message = format!(
            "`{action}` was accepted, but the returned record of {id} does not show the change ({found}): check with `{read}`."
        );
        let row = |(member, asked): &(&str, Value)| {
            object(&mut [
                ("member", Value::from(*member)),
                ("asked", asked.clone()),
                ("shown", actual(member).map_or(Value::Null, Value::from)),
            ])
        };
        Some(
            Warning::new(NOT_SHOWN, message)
                .with_detail("members", self.lacks.iter().map(row).collect()),
        )
    }
}

/// The warning that some records do not show the change.
pub(super) fn not_shown_warning(action: &str, read: &str, ids: &[&str], of: usize) -> Warning {
    let (n, first) = (ids.len(), ids.first().copied().unwrap_or_default());
    let message = format!(
        "`{action}` was accepted, but {n} of {of} returned records do not show the change (the first is {first}): check with `{read}`."
    );
    Warning::new(NOT_SHOWN, message).with_detail("ids", Value::from(ids))
}

/// The string in a value; `None` if it is something else or contains an unpaired surrogate: the
/// truncated part may be the difference.
pub(super) fn text_of(value: &str) -> Option<String> {
    serde_json::from_str(value).ok()
}

/// The values of a list as raw text, so that an unreadable one does not spoil the others.
fn list_of(value: &str) -> Option<Vec<&str>> {
    let list: Vec<&RawValue> = serde_json::from_str(value).ok()?;
    Some(list.into_iter().map(RawValue::get).collect())
}

fn is_value(found: &str, asked: &Value, synonyms: &[[&str; 2]]) -> bool {
    match asked {
        Value::String(asked) => text_of(found).is_some_and(|found| {
            let is_both = |pair: &[&str; 2]| {
                pair.contains(&asked.as_str())
                    && pair.iter().any(|spelling| is_same_text(spelling, &found))
            };
            is_same_text(&found, asked) || synonyms.iter().any(is_both)
        }),
        Value::Bool(asked) => found == if *asked { "true" } else { "false" },
        _ => false,
    }
}

/// Whether two names are the same, ignoring case and surrounding blanks.
fn is_same_name(left: &str, right: &str) -> bool {
    left.trim().eq_ignore_ascii_case(right.trim())
}

/// Error for a response that lacks some of the things that were sent: they may have been changed.
pub(super) fn missing_from_response(
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
        "The response to `{action}` lacks {n} of {of} {what} (the first is {first}): check with `{read}` before you try again."
    );
    let missing = missing.iter().map(|id| Value::from(clean.text(id))).collect();
    Error::new(error::Kind::MalformedResponse, message)
        .with_retry(Retry::Unknown)
        .with_detail("missing", missing)
}
