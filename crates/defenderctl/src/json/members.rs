//! The connector's JSON as it stands: members in their order, numbers in their spelling.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::string::string;

/// The members that hold the list of a result, in the order in which they are looked for.
pub(crate) const LISTS: [&str; 3] = ["value", "results", "Results"];

/// The members of an object, in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct Members<'a>(pub(crate) Vec<(String, &'a RawValue)>);

impl<'a> Members<'a> {
    /// The members of a text that is an object.
    pub(crate) fn of(json: &'a str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    /// The member of that name, unless it is null.
    pub(crate) fn get(&self, name: &str) -> Option<&'a RawValue> {
        let (_, value) = self.0.iter().find(|(member, _)| member == name)?;
        (value.get() != "null").then_some(value)
    }

    /// The member of that name as text, if it is a string or a number.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(cell)
    }

    /// The list of a result.
    pub(crate) fn list(&self) -> Option<Vec<&'a RawValue>> {
        LISTS.iter().find_map(|name| serde_json::from_str(self.get(name)?.get()).ok())
    }
}

/// What is found by going from member to member.
pub(crate) fn find<'a>(json: &'a str, path: &[&str]) -> Option<&'a str> {
    path.iter().try_fold(json, |json, name| Some(Members::of(json)?.get(name)?.get()))
}

/// A value as people read it: a string's text, nothing for null, and JSON for the rest.
pub(crate) fn cell(value: &RawValue) -> String {
    text_of(value.get())
}

/// The same for a value's JSON text.
pub(crate) fn text_of(json: &str) -> String {
    match json {
        "null" => String::new(),
        json if json.starts_with('"') => string(json).unwrap_or_else(|| json.to_owned()),
        json => json.to_owned(),
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<&RawValue, &RawValue>()? {
                    members
                        .push((string(name.get()).unwrap_or_else(|| name.get().to_owned()), value));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Reader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_spelling_stay() {
        let members =
            Members::of(r#"{"z":1.50,"a":"\u00e9","n":null,"o":{"x":[1]}}"#).expect("an object");
        let cells: Vec<(&str, String)> =
            members.0.iter().map(|(name, value)| (name.as_str(), cell(value))).collect();
        let want = [("z", "1.50"), ("a", "é"), ("n", ""), ("o", r#"{"x":[1]}"#)];
        assert_eq!(cells, want.map(|(name, value)| (name, value.to_owned())));
        assert!(Members::of("[]").is_none());
        let members = Members::of(r#"{"\ud83d":"x\udc00"}"#).expect("an object");
        assert_eq!(
            (members.0[0].0.as_str(), members.text("\u{fffd}").as_deref()),
            ("\u{fffd}", Some("x\u{fffd}"))
        );
    }

    #[test]
    fn a_list_is_found_under_its_names_alone() {
        let count = |json| Members::of(json).expect("an object").list().map(|list| list.len());
        assert_eq!(count(r#"{"page":1,"value":[{},{}]}"#), Some(2));
        assert_eq!(count(r#"{"results":[]}"#), Some(0));
        assert_eq!(count(r#"{"Schema":[],"Results":[1]}"#), Some(1));
        assert_eq!(count(r#"{"value":"text"}"#), None);
        assert_eq!(find(r#"{"a":{"b":[1]}}"#, &["a", "b"]), Some("[1]"));
        assert_eq!(find(r#"{"a":1}"#, &["a", "b"]), None);
    }
}
