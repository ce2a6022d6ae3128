//! The JSON Schema of scenarios, made from the types that read them.

use serde_json::Value;

use super::scenario::Scenario;

impl Scenario {
    /// The JSON Schema (2020-12) of the scenario format; `docs/scenario.schema.json` is this.
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
