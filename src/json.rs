//! JSON text out of values: one way, so that the component carries one serialiser.

use serde::Serialize;
use serde_json::{Map, Value};

/// A value as JSON text.
pub(crate) fn to_text(value: &impl Serialize) -> String {
    // Nothing that is written here can fail to serialise: keys are strings, numbers are finite,
    // there is no I/O.
    serde_json::to_string(value).unwrap_or_default()
}

/// An object of these members, which are taken out of the list: what `json!` does for each of them
/// in code of its own, once.
#[inline(never)]
pub(crate) fn object(members: &mut [(&str, Value)]) -> Value {
    let mut object = Map::new();
    for (name, value) in members {
        object.insert((*name).to_owned(), value.take());
    }
    Value::Object(object)
}
