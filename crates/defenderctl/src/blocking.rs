//! What blocking and unblocking means for a user: the question before it, and what holds after it.

use serde_json::Value;

use super::json;
use super::known_actions::{Subject, row};
use super::style::clean_short;

/// Actions of an indicator that let nothing through.
const BLOCKS: [&str; 3] = ["Block", "BlockAndRemediate", "AlertAndBlock"];

/// Indicators of which each has a sentence of its own in the end.
const MOST_SAID: usize = 20;

/// The question before indicators that only block are made or deleted. `stored`: the value and the
/// action of each that is deleted. `None` for anything else: it has the question of its action.
pub(crate) fn question(
    action: &str,
    params: &Value,
    stored: &[(String, String)],
) -> Option<String> {
    let count = |count: usize| format!("{count} indicators");
    match row(action)?.subject?.0 {
        Subject::NewIndicator | Subject::NewIndicators => {
            let new = new(params);
            let (first, others) = new.split_first()?;
            let what = if others.is_empty() { value(first) } else { count(new.len()) };
            let is_same = others.iter().all(|it| it["expirationTime"] == first["expirationTime"]);
            let until = Some(until(first)).filter(|_| is_same).unwrap_or_default();
            let holds = new.iter().all(|it| blocks(&it["action"]) && is_for_all(it));
            holds.then(|| format!("Block {what} for the whole tenant{until}?"))
        }
        Subject::StoredIndicators => {
            let (first, others) = stored.split_first()?;
            let what = if others.is_empty() { clean_short(&first.0) } else { count(stored.len()) };
            let is_block = |(value, action): &(String, String)| {
                !value.is_empty() && blocks(&action[..].into())
            };
            let holds = stored.iter().all(is_block);
            holds.then(|| format!("Unblock {what} for the whole tenant?"))
        }
        Subject::NewFile | Subject::StoredFile => None,
    }
}

/// What holds once the indicators were made or deleted. `unblocked`: the values of those that a
/// verb deleted.
pub(crate) fn closing(
    action: &str,
    params: &str,
    data: &str,
    unblocked: &[String],
) -> Option<String> {
    let params = json::parse(params)?;
    let lines: Vec<String> = match row(action)?.subject?.0 {
        Subject::NewIndicator | Subject::NewIndicators => {
            let data = json::parse(data).unwrap_or_default();
            let new = new(&params);
            if new.is_empty() || !new.iter().all(|it| blocks(&it["action"]) && is_for_all(it)) {
                return None;
            }
            let line = |indicator: &Value| {
                let id = id(&data, indicator).map(|id| format!(" (indicator {id})"));
                let (value, until) = (value(indicator), until(indicator));
                format!("{value} is blocked{until}{}", id.unwrap_or_default())
            };
            new.iter().map(line).collect()
        }
        Subject::StoredIndicators => {
            let line = |value: &String| format!("{} is not blocked any more", clean_short(value));
            unblocked.iter().map(line).collect()
        }
        Subject::NewFile | Subject::StoredFile => return None,
    };
    match lines.len() {
        0 => None,
        1..=MOST_SAID => Some(lines.join("\n")),
        count => Some(format!("{action}: {count} of {count} succeeded")),
    }
}

/// The indicators that the parameters describe.
fn new(params: &Value) -> &[Value] {
    match &params["indicators"] {
        Value::Array(list) => list,
        _ => std::slice::from_ref(params),
    }
}

fn blocks(action: &Value) -> bool {
    action.as_str().is_some_and(|it| BLOCKS.iter().any(|known| it.eq_ignore_ascii_case(known)))
}

/// Whether an indicator holds for all groups of machines.
fn is_for_all(indicator: &Value) -> bool {
    indicator["rbacGroupNames"].as_array().is_none_or(Vec::is_empty)
}

fn value(indicator: &Value) -> String {
    clean_short(indicator["indicatorValue"].as_str().unwrap_or_default())
}

/// The end of an indicator: ` until 2026-12-29 08:00 UTC`, or nothing.
fn until(indicator: &Value) -> String {
    let Some(end) = indicator["expirationTime"].as_str() else { return String::new() };
    let minutes = end.get(..16).filter(|it| end.ends_with('Z') && it.as_bytes()[10] == b'T');
    match minutes {
        Some(minutes) => format!(" until {} UTC", minutes.replace('T', " ")),
        None => format!(" until {}", clean_short(end)),
    }
}

/// The ID that the service gave an indicator.
fn id(data: &Value, indicator: &Value) -> Option<String> {
    let value = indicator["indicatorValue"].as_str()?;
    let is_it =
        |row: &&Value| row["indicator"].as_str().is_some_and(|it| it.eq_ignore_ascii_case(value));
    let row = match data["value"].as_array() {
        Some(rows) => rows.iter().find(is_it)?,
        None => data,
    };
    match &row["id"] {
        Value::String(id) if !id.is_empty() => Some(clean_short(id)),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::known_actions::{INDICATOR, VERBS};

    fn action(verb: &str) -> &'static str {
        VERBS.iter().find(|row| row.verb == verb).expect("a verb").action
    }

    fn indicator(action: &str) -> Value {
        json!({ "indicatorValue": "203.0.113.9", "action": action,
            "expirationTime": "2026-12-29T08:00:00Z" })
    }

    #[test]
    fn the_question_says_what_is_blocked_and_until_when() {
        let ask = |list: Value| question(action("block"), &json!({ "indicators": list }), &[]);
        let one = "Block 203.0.113.9 for the whole tenant until 2026-12-29 08:00 UTC?";
        assert_eq!(ask(json!([indicator("Block")])).as_deref(), Some(one));
        assert_eq!(question(INDICATOR, &indicator("block"), &[]).as_deref(), Some(one));
        let mut other = indicator("BlockAndRemediate");
        other["expirationTime"] = Value::Null;
        let two = "Block 2 indicators for the whole tenant?";
        assert_eq!(ask(json!([indicator("Block"), other])).as_deref(), Some(two));
        assert_eq!(ask(json!([indicator("Audit")])), None);
        let mut part = indicator("Block");
        part["rbacGroupNames"] = json!(["servers"]);
        assert_eq!(ask(json!([part])), None, "not the whole tenant");
        let ask = |value: &str, does: &str| {
            question(action("unblock"), &json!({}), &[(value.into(), does.into())])
        };
        let unblock = "Unblock 203.0.113.9 for the whole tenant?";
        assert_eq!(ask("203.0.113.9", "Block").as_deref(), Some(unblock));
        assert_eq!((ask("203.0.113.9", "Allow"), ask("", "Block")), (None, None));
    }

    #[test]
    fn the_end_says_what_holds() {
        let params = json!({ "indicators": [indicator("Block")] }).to_string();
        let data = r#"{"value":[{"indicator":"203.0.113.9","isFailed":false,"id":"20420"}]}"#;
        let end = "203.0.113.9 is blocked until 2026-12-29 08:00 UTC (indicator 20420)";
        assert_eq!(closing(action("block"), &params, data, &[]).as_deref(), Some(end));
        let audit = json!({ "indicators": [indicator("Audit")] }).to_string();
        assert_eq!(closing(action("block"), &audit, data, &[]), None);
        let values = ["203.0.113.9".to_owned()];
        let end = closing(action("unblock"), r#"{"ids":["1"]}"#, "null", &values);
        assert_eq!(end.as_deref(), Some("203.0.113.9 is not blocked any more"));
        assert_eq!(closing(action("isolate"), "{}", "{}", &values), None);
    }
}
