//! Serialises values to JSON. Everything goes through here, so the component contains one
//! serialiser.

use serde::Serialize;
use serde_json::{Map, Value};

/// Returns a value as JSON text.
pub(crate) fn to_text(value: &impl Serialize) -> String {
    // Serialising cannot fail here: keys are strings, numbers are finite, and there is no I/O.
    serde_json::to_string(value).unwrap_or_default()
}

/// Builds an object from these members and leaves `null` in their place. Smaller than `json!`,
/// which generates code for each object.
#[inline(never)]
pub(crate) fn object(members: &mut [(&str, Value)]) -> Value {
    let mut object = Map::new();
    for (name, value) in members {
        object.insert((*name).to_owned(), value.take());
    }
    Value::Object(object)
}
