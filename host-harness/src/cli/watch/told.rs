//! What an interrupted call leaves behind, in words and as details of an error.

use super::change_request::{ChangeRequest, Fate};
use super::left::Left;
use super::next::Next;
use super::seen::{Followed, Known};
use crate::cli::json::{Document, list};

/// Machines that are named on one line; the details name all.
const MACHINES: usize = 20;

/// For people: a line for each machine action and each request, then what can be done.
pub(super) fn words(left: &Left<'_>, next: &Next) -> String {
    let mut lines: Vec<String> = left.actions.iter().map(|followed| action(followed)).collect();
    lines.extend(left.requests.iter().map(|request| request_line(request)));
    if !left.unsent.is_empty() {
        let named = left.unsent[..left.unsent.len().min(MACHINES)].join(", ");
        let more = left.unsent.len().saturating_sub(MACHINES);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        lines.push(format!("no request was sent for {named}{more}"));
    }
    if let Some(reached) = left.reached {
        lines.push(format!("{} machines were named, and requests were sent for {reached} of them", left.plan.names));
    }
    for (title, commands) in next.sections() {
        lines.push(title.to_owned());
        lines.extend(commands.iter().map(|command| format!("  {command}")));
    }
    lines.join("\n")
}

/// For programs. `job` is there if there is exactly one that is known to be this call's.
pub(super) fn document(left: &Left<'_>, next: &Next) -> String {
    let own: Vec<&&Followed> = left.actions.iter().filter(|followed| followed.known != Known::Found).collect();
    let one = match own.as_slice() {
        [one] => Some(action_document(one)),
        _ => None,
    };
    let commands = Document::new()
        .member("look", &next.look)
        .member("wait", &next.wait)
        .member("cancel", &next.cancel)
        .member("fetch", &next.fetch);
    Document::new()
        .raw_or_null("job", one.as_deref())
        .raw("jobs", &list(left.actions.iter().map(|followed| action_document(followed))))
        .raw("requests", &list(left.requests.iter().map(|request| request_document(request))))
        .member("unsent", &left.unsent)
        .member("maybeCarriedOut", left.may_be_carried_out())
        .raw("commands", &commands.finish())
        .finish()
}

fn action(followed: &Followed) -> String {
    let record = &followed.record;
    if record.status.is_empty() {
        return format!("machine action {}: no state known yet", record.id);
    }
    let machine = match (record.machine(), record.machine_id.as_str()) {
        (None, _) => "a machine".to_owned(),
        (Some(name), id) if name == id || id.is_empty() => name.to_owned(),
        (Some(name), id) => format!("{name} ({id})"),
    };
    let found = match followed.known {
        Known::Found => ", found at the service: it may be this call's or another's",
        Known::Answered | Known::Named => "",
    };
    format!("{} of {machine}: last seen {}, machine action {}{found}", record.kind, record.status, record.id)
}

fn action_document(followed: &Followed) -> String {
    let record = &followed.record;
    let text = |text: &String| (!text.is_empty()).then(|| text.clone());
    let known = match followed.known {
        Known::Answered => "answered",
        Known::Named => "named",
        Known::Found => "found",
    };
    Document::new()
        .member("id", &record.id)
        .member("type", text(&record.kind))
        .member("status", text(&record.status))
        .member("machineId", text(&record.machine_id))
        .member("computerDnsName", text(&record.machine_name))
        .member("known", known)
        .finish()
}

/// What became of a request: the answer's status, the word for programs, the words for people.
fn fate(request: &ChangeRequest) -> (Option<u16>, &'static str, &'static str) {
    match request.fate {
        Fate::Accepted(status) => (Some(status), "accepted", "it was accepted"),
        Fate::Refused(status) => (Some(status), "refused", "it was not carried out"),
        Fate::Doubtful(status) => (status, "unknown", "it may have been carried out"),
        Fate::Open | Fate::Recorded | Fate::NotSent => (None, "unknown", "it may have been carried out"),
    }
}

fn request_line(request: &ChangeRequest) -> String {
    let (status, _, words) = fate(request);
    let answer =
        status.map_or_else(|| "sent, and no answer came".to_owned(), |status| format!("answered with status {status}"));
    format!("{} {}: {answer}; {words}", request.method, request.path)
}

fn request_document(request: &ChangeRequest) -> String {
    let (status, state, _) = fate(request);
    Document::new()
        .member("method", &request.method)
        .member("path", &request.path)
        .member("status", status)
        .member("state", state)
        .finish()
}
