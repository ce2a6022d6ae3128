//! Responses that no reader accepts, or that lack essential members.

use fastrand::Rng;
use serde_json::{Map, Value};

use super::{chance, pick};
use defender_stub::{Fault, FaultKind};

/// The routes whose responses contain records.
const RECORDS: [&str; 5] =
    ["*", "POST /api/*", "GET /api/machineactions", "GET /api/machines", "GET /results/*"];

/// Half of a surrogate pair, as in text that was cut inside an emoji.
pub(crate) const HALF: &str = "\\ud83d";

/// A number too large for `f64`.
pub(crate) const HUGE: &str = "1e400";

/// JSON nested deeper than most readers allow.
pub(crate) fn deep() -> String {
    "[".repeat(200) + &"]".repeat(200)
}

/// Unusual ways to write a refusal.
const REFUSALS: [(&str, &str); 3] = [
    ("\"target\":\"", "\"target\":\"Comment\",\"was\":\""),
    ("\"message\":\"", "\"message\":\"\\ud83d"),
    ("\"code\":\"", "\"code\":\"\\ud83d"),
];

pub(super) fn unreadable(random: &mut Rng) -> Fault {
    let texts = [
        "requestorComment",
        "commandStatus",
        "value",
        "errors",
        "status",
        "title",
        "errors",
        "value",
        "computerDnsName",
        "creationDateTimeUtc",
        "script_output",
        "failureReason",
        "mergedIntoMachineId",
        "machineTags",
    ];
    let name = pick(random, &texts);
    if chance(random, 10) {
        return stray_byte(random, name);
    }
    let (find, with) = match random.u32(0..8) {
        // At the start of the body, or inside a refusal.
        6 => (String::new(), "\u{feff}".to_owned()),
        7 => {
            let (find, with) = pick(random, &REFUSALS);
            (find.to_owned(), with.to_owned())
        }
        // In a string, and in a list of strings.
        0 | 1 => (format!("\"{name}\":\""), format!("\"{name}\":\"{HALF}")),
        2 => (format!("\"{name}\":[\""), format!("\"{name}\":[\"{HALF}")),
        3 => {
            let number = pick(random, &["index", "errorHResult", "osBuild", "rbacGroupId"]);
            (format!("\"{number}\":"), format!("\"{number}\":{HUGE},\"other\":"))
        }
        4 => {
            let member = pick(
                random,
                &["troubleshootInfo", "title", "endTime", "failureReason", "externalId"],
            );
            (format!("\"{member}\":null"), format!("\"{member}\":{}", deep()))
        }
        // A duplicated member: the last one is the true one.
        _ => {
            let (name, value) = pick(
                random,
                &[
                    ("status", "Succeeded"),
                    ("commandStatus", "Completed"),
                    ("isFailed", "x"),
                    ("id", "other"),
                ],
            );
            (format!("\"{name}\":\""), format!("\"{name}\":\"{value}\",\"{name}\":\""))
        }
    };
    if chance(random, 20) {
        return Fault::new(pick(random, &RECORDS[1..3]), without(random)).always();
    }
    Fault::new(pick(random, &RECORDS), FaultKind::Replace { find, with }).always()
}

/// Bytes that are invalid UTF-8 on their own: a Windows-1252 letter, a continuation byte, and one
/// that UTF-8 never uses.
const STRAY: [u8; 3] = [0xe9, 0x80, 0xff];

/// Puts a byte that is not UTF-8 into a member of a record or a refusal.
fn stray_byte(random: &mut Rng, member: &str) -> Fault {
    let member = pick(random, &[member, "message", "target", "access_token"]);
    let kind =
        FaultKind::StrayByte { after: format!("\"{member}\":\""), byte: pick(random, &STRAY) };
    Fault::new(pick(random, &RECORDS), kind).always()
}

/// Removes a member that identifies or describes the record.
fn without(random: &mut Rng) -> FaultKind {
    let at = pick(random, &["/type", "/machineId", "/creationDateTimeUtc", "/commands", "/status"]);
    FaultKind::Edit {
        at: at.to_owned(),
        to: Value::Null,
        remove: random.bool(),
        only: Map::default(),
    }
}
