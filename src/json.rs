//! JSON text out of values: one way, so that the component carries one serialiser.

use serde::Serialize;

/// A value as JSON text.
pub(crate) fn to_text(value: &impl Serialize) -> String {
    // Nothing that is written here can fail to serialise: keys are strings, numbers are finite, there is no I/O.
    serde_json::to_string(value).unwrap_or_default()
}
