//! The isolation of machines on a screen: the state of each, and the job that is behind it.

use serde_json::Value;
use time::OffsetDateTime;

use super::layout::unique_length;
use crate::ago;
use crate::json;
use crate::table;

const HEADINGS: [&str; 6] = ["machine", "state", "since", "by", "job", "reason"];

/// The column that is cut where the screen is too narrow.
const BY: usize = 3;

/// As narrow as that.
const NARROWEST: usize = 12;

/// What is said if no machine is isolated.
const NONE: &str = "no machine is isolated, as far as Defender's job records show \
                    (not: attack disruption, older jobs)";

/// The table of the isolation states of machines. `None` if the data is of another form.
pub(super) fn isolation(data: &str, width: Option<usize>, now: OffsetDateTime) -> Option<String> {
    let data = json::parse(data)?;
    let list = data["value"].as_array()?;
    if list.is_empty() {
        let read = "no isolated machine was found in the job records that could be read";
        return Some(if data["complete"] == true { NONE } else { read }.to_owned());
    }
    let ids: Vec<String> = list.iter().map(|row| text(&job(row)["id"])).collect();
    let length = unique_length(&ids);
    let mut rows: Vec<[String; 6]> = list.iter().map(|row| cells(row, length, now)).collect();
    let columns = if rows.iter().all(|row| row[5].is_empty()) { 5 } else { 6 };
    if let Some(width) = width {
        fit(&mut rows, width);
    }
    let headings: Vec<String> = HEADINGS[..columns].iter().map(|it| (*it).to_owned()).collect();
    let rows = rows.into_iter().map(|row| row.into_iter().take(columns).collect());
    Some(table::columns(&headings, rows, true))
}

fn cells(row: &Value, length: usize, now: OffsetDateTime) -> [String; 6] {
    let job = job(row);
    let names = [&row["computerDnsName"], &row["id"], &row["target"]["computerDnsName"]];
    let machine = names.into_iter().map(text).find(|name| !name.is_empty()).unwrap_or_default();
    let since = match pending(row) {
        [] => text(&row["since"]),
        _ => text(&job["creationDateTimeUtc"]),
    };
    [
        machine,
        state(row),
        ago::relative(&since, now).unwrap_or(since),
        text(&job["requestor"]),
        text(&job["id"]).chars().take(length).collect(),
        text(&row["reason"]),
    ]
}

/// The jobs that have not ended, newest first.
fn pending(row: &Value) -> &[Value] {
    row["pending"].as_array().map_or(&[], Vec::as_slice)
}

/// The job that changes the state, or else the one that made it so.
fn job(row: &Value) -> &Value {
    pending(row).first().unwrap_or(&row["job"])
}

/// The state in a word or two. A machine that is being released is still isolated; one that is
/// being isolated once more is both.
fn state(row: &Value) -> String {
    let mut states = Vec::new();
    for job in pending(row) {
        let state = match job["type"].as_str() {
            Some("Isolate") => "isolating",
            Some("Unisolate") => "releasing",
            _ => "changing",
        };
        if !states.contains(&state) {
            states.push(state);
        }
    }
    match row["isolated"].as_str() {
        Some("yes") if states == ["releasing"] => {}
        Some("yes") if row["isolationType"] == "Selective" => {
            states.insert(0, "isolated (selective)");
        }
        Some("yes") => states.insert(0, "isolated"),
        Some("no") if states.is_empty() => states.push("not isolated"),
        Some("no") => {}
        _ => states.insert(0, "unknown"),
    }
    states.join(", ")
}

/// Cuts the names of those who did it, so that the IDs of the jobs stay on the same line.
fn fit(rows: &mut [[String; 6]], width: usize) {
    let wide = |column: usize, rows: &[[String; 6]]| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or_default().max(HEADINGS[column].len()) + 2
    };
    let others: usize = (0..5).filter(|column| *column != BY).map(|n| wide(n, rows)).sum();
    let room = width.saturating_sub(others).max(NARROWEST);
    for row in rows {
        if row[BY].chars().count() > room {
            row[BY] = row[BY].chars().take(room - 1).chain(['…']).collect();
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use time::format_description::well_known::Rfc3339;

    use super::*;

    fn job_of(id: &str, kind: &str) -> Value {
        json!({
            "id": format!("{id}-2222"), "type": kind, "requestor": "soc.analyst@contoso.example",
            "creationDateTimeUtc": "2026-03-10T11:59:30Z",
        })
    }

    fn shown(rows: Value, width: Option<usize>) -> String {
        let now = OffsetDateTime::parse("2026-03-10T12:00:00Z", &Rfc3339).expect("a time");
        let data = json!({ "value": rows, "complete": true }).to_string();
        isolation(&data, width, now).expect("a table")
    }

    #[test]
    fn each_machine_has_its_state_and_the_job_that_is_behind_it() {
        let (old, new) = (job_of("11111111", "Unisolate"), job_of("22222222", "Isolate"));
        let row = |isolated: &str, job: &Value, pending: Vec<&Value>| {
            json!({ "id": "a", "computerDnsName": "ws", "isolated": isolated, "job": job,
                "since": "2026-03-09T11:00:00Z", "pending": pending })
        };
        let trials = [
            (row("no", &old, vec![&new]), "ws isolating 30 s ago", "22222222"),
            (row("yes", &new, vec![]), "ws isolated 1 d ago", "22222222"),
            (row("yes", &new, vec![&old]), "ws releasing 30 s ago", "11111111"),
            (row("yes", &old, vec![&new]), "ws isolated, isolating 30 s ago", "22222222"),
            (row("unknown", &new, vec![]), "ws unknown 1 d ago", "22222222"),
            (row("no", &old, vec![]), "ws not isolated 1 d ago", "11111111"),
        ];
        for (row, start, id) in trials {
            let text = shown(json!([row]), None);
            let line: Vec<&str> = text.lines().nth(1).unwrap_or_default().split("  ").collect();
            let line = line.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
            let line = line.collect::<Vec<_>>().join(" ");
            assert_eq!(line, format!("{start} soc.analyst@contoso.example {id}"), "{text}");
        }
    }

    #[test]
    fn a_narrow_screen_cuts_names_and_not_ids_and_a_reason_is_shown() {
        let mut row = json!({ "id": "a", "computerDnsName": "ws-ops-014.example.test",
            "isolated": "yes", "since": "2026-03-10T11:00:00Z", "pending": [],
            "job": job_of("22222222", "Isolate") });
        let narrow = shown(json!([row.clone()]), Some(70));
        assert!(narrow.contains("soc.analys") && !narrow.contains("contoso.example"), "{narrow}");
        let is_short = |line: &str| line.chars().count() <= 70;
        assert!(narrow.lines().all(is_short) && narrow.ends_with("22222222"), "{narrow}");
        row["reason"] = json!("two jobs overlap");
        assert!(shown(json!([row]), None).contains("two jobs overlap"));
    }

    #[test]
    fn an_empty_list_says_what_it_does_not_know() {
        assert_eq!(shown(json!([]), None), NONE);
        let now = OffsetDateTime::UNIX_EPOCH;
        let part = isolation(r#"{"value":[],"complete":false}"#, None, now).expect("a text");
        assert!(!part.contains("no machine is isolated"), "{part}");
        assert_eq!(isolation("{}", None, now), None);
    }
}
