//! The result of many targets, put together from the steps in which they ended.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::json::{Document, Members, list};

/// The text of an object with `results`, with each target's data in its row. Anything else stays as
/// it is.
pub(super) fn assembled(text: &str, yielded: &BTreeMap<usize, String>) -> String {
    let filled = || {
        let members = Members::of(text)?;
        let rows: Vec<&RawValue> = serde_json::from_str(members.get("results")?.get()).ok()?;
        let rows =
            rows.iter().enumerate().map(|(place, row)| with_data(row.get(), yielded.get(&place)));
        let rows = list(rows);
        let members =
            members.0.iter().fold(Document::new(), |document, (name, value)| match name.as_str() {
                "results" => document.raw(name, &rows),
                name => document.raw(name, value.get()),
            });
        Some(members.finish())
    };
    filled().unwrap_or_else(|| text.to_owned())
}

fn with_data(row: &str, data: Option<&String>) -> String {
    let (Some(members), Some(data)) = (Members::of(row), data) else { return row.to_owned() };
    if members.0.iter().all(|(name, _)| name != "data") {
        return row.to_owned();
    }
    let members =
        members.0.iter().fold(Document::new(), |document, (name, value)| match name.as_str() {
            "data" => document.raw(name, data),
            name => document.raw(name, value.get()),
        });
    members.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_gets_its_own_data_as_it_came() {
        let text = r#"{"results":[{"target":{"id":"a"},"status":"ok","data":null,"x":1.50},{"status":"error","error":{}},{"status":"ok","data":null}],"z":"\ud83d"}"#;
        let yielded = BTreeMap::from([(0, r#"{"n":1e400}"#.to_owned()), (1, "1".to_owned())]);
        let want = r#"{"results":[{"target":{"id":"a"},"status":"ok","data":{"n":1e400},"x":1.50},{"status":"error","error":{}},{"status":"ok","data":null}],"z":"\ud83d"}"#;
        assert_eq!(assembled(text, &yielded), want);
        for other in ["{}", "[1]", "oops", r#"{"results":7}"#] {
            assert_eq!(assembled(other, &yielded), other);
        }
    }
}
