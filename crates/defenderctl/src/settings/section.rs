//! Strict access to one table of the settings: what is unknown or mistyped becomes a problem that
//! names the place and what is allowed, and never a value that could be a secret.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::Problem;

/// One table of the settings.
pub(super) struct Section<'a> {
    pointer: String,
    members: &'a Map<String, Value>,
}

impl<'a> Section<'a> {
    /// Opens a table that may have these members and no others.
    pub(super) fn open(
        pointer: &str,
        value: &'a Value,
        known: &[&str],
        problems: &mut Vec<Problem>,
    ) -> Option<Self> {
        let Value::Object(members) = value else {
            problems.push(Problem::new(pointer, "is not a table (TOML) or object (JSON)"));
            return None;
        };
        for name in members.keys().filter(|name| !known.contains(&name.as_str())) {
            let problem = format!("is unknown here; allowed: {}", known.join(", "));
            problems.push(Problem::new(format!("{pointer}/{}", escape(name)), problem));
        }
        Some(Self { pointer: pointer.to_owned(), members })
    }

    /// The pointer of a member.
    pub(super) fn pointer(&self, name: &str) -> String {
        format!("{}/{name}", self.pointer)
    }

    /// A member as it is.
    pub(super) fn value(&self, name: &str) -> Option<&'a Value> {
        self.members.get(name)
    }

    /// A member that is a table.
    pub(super) fn section(
        &self,
        name: &str,
        known: &[&str],
        problems: &mut Vec<Problem>,
    ) -> Option<Section<'a>> {
        Section::open(&self.pointer(name), self.value(name)?, known, problems)
    }

    /// A member that is text.
    pub(super) fn text(&self, name: &str, problems: &mut Vec<Problem>) -> Option<&'a str> {
        let text = self.value(name)?.as_str();
        if text.is_none() {
            problems.push(Problem::new(self.pointer(name), "is not a string"));
        }
        text
    }

    /// A member that is true or false.
    pub(super) fn flag(&self, name: &str, problems: &mut Vec<Problem>) -> Option<bool> {
        let flag = self.value(name)?.as_bool();
        if flag.is_none() {
            problems.push(Problem::new(self.pointer(name), "is not true or false"));
        }
        flag
    }

    /// A member that is a whole number in a range.
    pub(super) fn number(
        &self,
        name: &str,
        range: RangeInclusive<u64>,
        problems: &mut Vec<Problem>,
    ) -> Option<u64> {
        let number = self.value(name)?.as_u64();
        if number.is_some_and(|number| range.contains(&number)) {
            return number;
        }
        let found = number
            .map_or("is not a whole number above zero".to_owned(), |number| format!("is {number}"));
        let problem = format!("{found}; use {} to {}", range.start(), range.end());
        problems.push(Problem::new(self.pointer(name), problem));
        None
    }

    /// A member that is text of a certain form.
    pub(super) fn parsed<T>(
        &self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
        problems: &mut Vec<Problem>,
    ) -> Option<T> {
        match parse(self.text(name, problems)?) {
            Ok(value) => Some(value),
            Err(problem) => {
                problems.push(Problem::new(self.pointer(name), problem));
                None
            }
        }
    }

    /// A member that is one of a closed set of words.
    pub(super) fn choice<T: Copy>(
        &self,
        name: &str,
        choices: &[(&str, T)],
        problems: &mut Vec<Problem>,
    ) -> Option<T> {
        let find = |text: &str| {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            let found = choices.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
            found.ok_or_else(|| format!("is not one of {}", words.join(", ")))
        };
        self.parsed(name, find, problems)
    }

    /// A member that is a list of texts.
    pub(super) fn texts(&self, name: &str, problems: &mut Vec<Problem>) -> Option<Vec<String>> {
        let texts = self
            .list(name, problems)?
            .iter()
            .map(|value| value.as_str().map(str::to_owned))
            .collect();
        if Option::is_none(&texts) {
            problems.push(Problem::new(self.pointer(name), "is not a list of strings"));
        }
        texts
    }

    /// A member that is a list.
    pub(super) fn list(&self, name: &str, problems: &mut Vec<Problem>) -> Option<&'a [Value]> {
        match self.value(name)? {
            Value::Array(values) => Some(values),
            _ => {
                problems.push(Problem::new(self.pointer(name), "is not a list"));
                None
            }
        }
    }
}

/// RFC 6901, section 3.
fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
