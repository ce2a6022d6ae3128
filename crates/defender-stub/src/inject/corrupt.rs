//! Corrupts the response to a request that was carried out.

use std::time::Duration;

use serde_json::{Map, Value, json};
use url::form_urlencoded;

use crate::clock::{asctime_date, http_date, rfc850_date};
use crate::fault::{DateForm, FaultKind};
use crate::gzip;
use crate::reply::{Delivery, Reply};
use crate::request::Request;
use crate::state::ServiceState;

/// Returns the reply, corrupted by the fault that applies.
pub(super) fn answer(
    kind: FaultKind,
    mut reply: Reply,
    request: &Request,
    state: &ServiceState,
) -> Reply {
    match kind {
        FaultKind::ResetAfter => reply.delivery = Delivery::Reset,
        FaultKind::Truncate { bytes } => reply.delivery = Delivery::Truncated(bytes),
        FaultKind::Endless => reply.delivery = Delivery::Endless,
        FaultKind::Garbage { text } => reply.body = text.into_bytes(),
        FaultKind::Bytes { bytes } => reply.body = bytes,
        FaultKind::Oversize { bytes } => reply.body.resize(bytes.max(reply.body.len()), b' '),
        FaultKind::Gzip => {
            reply.body = gzip::wrapped(&reply.body, None);
            reply = reply.with("content-encoding", "gzip");
        }
        FaultKind::EndlessPages => {
            let token = uuid::Uuid::new_v4().simple().to_string();
            change(&mut reply, |page| {
                page["@odata.nextLink"] = json!(link(state, request, "$skiptoken", &token, false))
            });
        }
        FaultKind::Partial { bytes } if reply.status == 200 => reply = partial(reply, bytes),
        FaultKind::CutShort { records, next_link, count } if reply.status == 200 => {
            let next = next_link.then(|| {
                let skipped = form_urlencoded::parse(request.query.as_bytes())
                    .find(|(name, _)| name == "$skip");
                let skipped = skipped.and_then(|(_, value)| value.parse().ok()).unwrap_or(0_usize);
                link(state, request, "$skip", &(skipped + records).to_string(), true)
            });
            change(&mut reply, |page| cut_short(page, records, next, count));
        }
        _ => {}
    }
    reply
}

/// Returns the reply, corrupted by a fault that applies in addition to others.
pub(super) fn also(kind: &FaultKind, mut reply: Reply, state: &ServiceState) -> Reply {
    match kind {
        FaultKind::Delay { ms } => reply.delay += Duration::from_millis(*ms),
        FaultKind::SlowBody { ms } => reply.body_delay += Duration::from_millis(*ms),
        FaultKind::EmptyFrames { bytes } if reply.delivery == Delivery::Whole => {
            reply.delivery = Delivery::Pieces((*bytes).max(1));
        }
        FaultKind::Replace { find, with } => {
            if let Ok(body) = std::str::from_utf8(&reply.body) {
                let times = if find.is_empty() { 1 } else { usize::MAX };
                reply.body = body.replacen(find, with, times).into_bytes();
            }
        }
        FaultKind::StrayByte { after, byte } => {
            reply.body = with_byte(&reply.body, after.as_bytes(), *byte)
        }
        FaultKind::Edit { at, to, remove, only } => {
            let edited = |record: &mut Value| {
                if only.iter().all(|(name, value)| record[name.as_str()] == *value) {
                    edit(record, at, (!remove).then_some(to));
                }
            };
            change(&mut reply, |body| match body.get_mut("value").and_then(Value::as_array_mut) {
                Some(records) => records.iter_mut().for_each(edited),
                None => edited(body),
            });
        }
        FaultKind::Header { name, value } => reply = replaced(reply, name, value.clone()),
        FaultKind::Date { seconds, form } => {
            let written = match form {
                DateForm::Preferred => http_date,
                DateForm::Rfc850 => rfc850_date,
                DateForm::Asctime => asctime_date,
            };
            let at = state.clock.now().checked_add(time::Duration::seconds(*seconds));
            reply = replaced(reply, "date", at.map(written));
        }
        _ => {}
    }
    reply
}

/// Inserts the byte after each occurrence of the text in the body.
fn with_byte(body: &[u8], text: &[u8], byte: u8) -> Vec<u8> {
    let mut changed = Vec::with_capacity(body.len() + 8);
    let mut rest = body;
    while !text.is_empty() {
        let Some(at) = rest.windows(text.len()).position(|window| window == text) else { break };
        let (before, after) = rest.split_at(at + text.len());
        changed.extend_from_slice(before);
        changed.push(byte);
        rest = after;
    }
    changed.extend_from_slice(rest);
    changed
}

/// Changes the body as JSON; a body that is not JSON stays unchanged.
fn change(reply: &mut Reply, change: impl FnOnce(&mut Value)) {
    if let Some(mut body) = reply.json_body().filter(Value::is_object) {
        change(&mut body);
        reply.body = body.to_string().into_bytes();
    }
}

fn replaced(mut reply: Reply, name: &str, value: Option<String>) -> Reply {
    reply.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
    match value {
        Some(value) => reply.with(name, value),
        None => reply,
    }
}

fn partial(mut reply: Reply, bytes: usize) -> Reply {
    let whole = reply.body.len();
    reply.body.truncate(bytes);
    let sent = reply.body.len();
    let range = format!("bytes 0-{}/{}", sent.saturating_sub(1), whole.max(sent + 1));
    Reply { status: 206, ..reply }.with("content-range", range)
}

fn cut_short(page: &mut Value, records: usize, next: Option<String>, is_counted: bool) {
    let Some(list) = page["value"].as_array_mut() else { return };
    let all = list.len();
    list.truncate(records);
    if all <= records {
        return;
    }
    // Skipped records count too: the service's own count stays.
    if is_counted && page.get("@odata.count").is_none() {
        page["@odata.count"] = json!(all);
    }
    if let Some(next) = next {
        page["@odata.nextLink"] = json!(next);
    }
}

/// Sets the value at a JSON pointer, or removes it.
fn edit(record: &mut Value, at: &str, to: Option<&Value>) {
    let Some((parent, last)) = at.rsplit_once('/') else { return };
    match (record.pointer_mut(parent), to) {
        (Some(Value::Object(members)), Some(to)) => {
            members.insert(last.to_owned(), to.clone());
        }
        (Some(Value::Object(members)), None) => {
            Map::remove(members, last);
        }
        (Some(Value::Array(list)), to) => {
            let Some(index) = last.parse().ok().filter(|index: &usize| *index < list.len()) else {
                return;
            };
            match to {
                Some(to) => list[index] = to.clone(),
                None => _ = list.remove(index),
            }
        }
        _ => {}
    }
}

/// The same address with this query parameter, with or without the others.
fn link(
    state: &ServiceState,
    request: &Request,
    name: &str,
    value: &str,
    with_others: bool,
) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let others = form_urlencoded::parse(request.query.as_bytes())
        .filter(|(other, _)| with_others && other != name);
    others.for_each(|(other, value)| _ = query.append_pair(&other, &value));
    let query = query.append_pair(name, value).finish();
    format!("{}://{}{}?{query}", state.origins.scheme, request.host, request.path)
}
