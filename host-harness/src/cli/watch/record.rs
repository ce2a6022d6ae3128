//! Machine actions, as much of them as is shown.

use serde_json::Value;

use crate::cli::json;
use crate::cli::style::clean;

/// A comment of so many bytes may be one that the service has cut short.
const CUT: usize = 200;

/// How much of a text of the service is shown: a full DNS name is longer than any of them.
const MOST_CHARS: usize = 253;

/// A machine action as the service last reported it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Record {
    /// Its identifier. It goes into commands, so it has letters, digits, `.`, `_` and `-` only.
    pub(crate) id: String,
    /// Such as `Isolate`; empty if it is not known.
    pub(crate) kind: String,
    /// Such as `Pending`; empty if it has not been looked at.
    pub(crate) status: String,
    /// The machine's identifier; empty if it is not known.
    pub(crate) machine_id: String,
    /// The machine's name; empty if it is not known.
    pub(crate) machine_name: String,
    /// Why it was asked for, as it came: to be compared and not to be shown.
    comment: String,
}

impl Record {
    /// One of which only the identifier is known; nothing if that is none.
    pub(crate) fn named(id: &str) -> Option<Self> {
        let empty = String::new;
        is_identifier(id).then(|| Self {
            id: id.into(),
            kind: empty(),
            status: empty(),
            machine_id: empty(),
            machine_name: empty(),
            comment: empty(),
        })
    }

    fn of(value: &Value) -> Option<Self> {
        let text = |name: &str| line(value[name].as_str().unwrap_or_default());
        let machine_id = value["machineId"].as_str().filter(|id| is_identifier(id)).unwrap_or_default();
        // A machine and an alert have an identifier too; type and status together tell a machine action.
        let (kind, status) = (text("type"), text("status"));
        (!kind.is_empty() && !status.is_empty()).then_some(())?;
        let (machine_id, machine_name) = (machine_id.to_owned(), text("computerDnsName"));
        let comment = value["requestorComment"].as_str().unwrap_or_default().trim().to_owned();
        Some(Self { kind, status, machine_id, machine_name, comment, ..Self::named(value["id"].as_str()?)? })
    }

    /// What the machine is called; nothing if neither name nor identifier is known.
    pub(crate) fn machine(&self) -> Option<&str> {
        [&self.machine_name, &self.machine_id].into_iter().map(String::as_str).find(|text| !text.is_empty())
    }

    /// Whether it has ended. A state that is not known may go on.
    pub(crate) fn has_ended(&self) -> bool {
        let ends = ["Succeeded", "Failed", "TimeOut", "Cancelled", "Canceled"];
        ends.iter().any(|end| self.status.eq_ignore_ascii_case(end))
    }

    /// Whether it was asked for with another comment than this one. The service may answer a request with an action of somebody
    /// else that is under way, and may cut a long comment short.
    pub(crate) fn is_of_another(&self, comment: &str) -> bool {
        let (found, comment) = (self.comment.as_str(), comment.trim());
        !found.is_empty() && found != comment && !(found.len() >= CUT && comment.starts_with(found))
    }

    /// Whether it is of that type.
    pub(crate) fn is(&self, kind: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind)
    }
}

/// The machine actions in an answer: itself, or those of its list.
pub(crate) fn records(body: &[u8]) -> Vec<Record> {
    let document = json::parse(&String::from_utf8_lossy(body)).unwrap_or_default();
    match &document["value"] {
        Value::Array(list) => list.iter().filter_map(Record::of).collect(),
        _ => Record::of(&document).into_iter().collect(),
    }
}

fn is_identifier(text: &str) -> bool {
    let admitted = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    !text.is_empty() && text.len() <= 128 && text.chars().all(admitted)
}

/// A text of the service as part of one line.
fn line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MOST_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn machine_actions_are_read_from_an_answer_and_from_a_list() {
        let one =
            json!({ "id": "a-1", "type": "Isolate", "status": "Pending", "machineId": "m1", "computerDnsName": "ws" });
        let found = records(one.to_string().as_bytes());
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].machine(), found[0].has_ended()), (Some("ws"), false));
        let other = json!({ "id": "a-2", "type": "Isolate", "status": "succeeded", "machineId": "m2", "computerDnsName": null });
        let found = records(json!({ "value": [one, other, {}, 1] }).to_string().as_bytes());
        assert_eq!(found.len(), 2);
        assert_eq!((found[1].machine(), found[1].has_ended()), (Some("m2"), true));
    }

    #[test]
    fn a_text_that_cannot_be_decoded_hides_no_machine_action() {
        let odd = br#"{"id":"a","type":"Isolate","status":"Pending","requestorComment":"\ud83d","n":1e400}"#;
        let found = records(&[b"\xef\xbb\xbf".as_slice(), odd, b""].concat());
        assert_eq!(found.iter().map(|record| record.id.as_str()).collect::<Vec<_>>(), ["a"]);
        assert_eq!(records(b"{\"id\":\"a\",\"type\":\"Isolate\",\"status\":\"\xff\"}").len(), 1);
    }

    #[test]
    fn an_action_of_somebody_else_is_known_by_its_comment() {
        let record = |comment: &str| {
            let record = json!({ "id": "a", "type": "Isolate", "status": "Pending", "requestorComment": comment });
            records(record.to_string().as_bytes()).remove(0)
        };
        let long = "x".repeat(300);
        assert!(!record("case 1").is_of_another(" case 1 ") && !record("").is_of_another("case 1"));
        assert!(!record(&long[..200]).is_of_another(&long) && record(&long[..199]).is_of_another(&long));
        assert!(record("case 2").is_of_another("case 1"));
    }

    #[test]
    fn what_is_no_machine_action_is_none() {
        for body in [
            "",
            "[]",
            "{\"value\": \"https://storage.example/x?sig=1\"}",
            "{\"id\": \"m1\", \"computerDnsName\": \"ws\"}",
            "{\"id\": \"a;rm -rf /\", \"type\": \"Isolate\", \"status\": \"Pending\"}",
        ] {
            assert_eq!(records(body.as_bytes()), [], "{body}");
        }
    }

    #[test]
    fn the_service_s_texts_stay_on_their_line() {
        let odd = json!({ "id": "a", "type": "Isolate", "status": "Pend\u{1b}[2Jing", "computerDnsName": "a\r\n  execute x" });
        let found = records(odd.to_string().as_bytes());
        assert_eq!(found[0].status, "Pend\u{fffd}[2Jing");
        assert_eq!(found[0].machine(), Some("a execute x"));
    }
}
