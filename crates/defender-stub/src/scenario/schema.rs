//! The JSON Schema of scenarios, made from the types that read them.

#[cfg(feature = "schema")]
use serde_json::Value;

use super::Scenario;

impl Scenario {
    /// The JSON Schema (2020-12) of the scenario format, as text.
    pub const SCHEMA: &str = include_str!("../../../../docs/scenario.schema.json");

    /// Derives the schema from the types that read a scenario. A test holds [`Scenario::SCHEMA`]
    /// to it.
    #[cfg(feature = "schema")]
    pub fn schema() -> Value {
        let mut schema = schemars::schema_for!(Scenario).to_value();
        // What depends on the time of day can't be written down as a default, and the
        // demonstration's records are too long for it.
        let changing = [
            ("/properties", "machines"),
            ("/$defs/Machine/properties", "firstSeen"),
            ("/$defs/Machine/properties", "lastSeen"),
        ];
        for (within, member) in changing {
            if let Some(Value::Object(member)) =
                schema.pointer_mut(within).and_then(|members| members.get_mut(member))
            {
                member.remove("default");
            }
        }
        join_lines(&mut schema);
        schema
    }
}

/// Joins the lines of each description: they are wrapped for the source, not for the reader.
#[cfg(feature = "schema")]
fn join_lines(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(text)) = members.get_mut("description") {
                *text = text.replace('\n', " ");
            }
            members.values_mut().for_each(join_lines);
        }
        Value::Array(items) => items.iter_mut().for_each(join_lines),
        _ => {}
    }
}
