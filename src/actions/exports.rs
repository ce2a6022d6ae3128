//! Exports: returns a cursor for the next page.

use percent_encoding::percent_decode_str;
use serde_json::Value;
use url::Url;

use super::pages::CUT_OFF;
use crate::client::Client;
use crate::error::Error;
use crate::outcome::{Outcome, Warning};
use crate::response::{self, Member, Members};
use crate::schema::{Params, VISIBLE};

/// Returns a page, with a cursor if there are more. The service's link to the next page is never
/// followed, whichever host it names: only its position is used, with the API's own address.
pub(super) fn add_cursor(
    client: &Client<'_>,
    params: &Params,
    body: Vec<u8>,
) -> Result<Option<Outcome>, Error> {
    let Some(text) = response::collection(body) else { return Ok(None) };
    let Some(members) = Members::parse_text(&text) else { return Ok(None) };
    let link = match response::next_link(&members) {
        Member::Absent => return Ok(Some(Outcome::new(text))),
        link => link.value().unwrap_or_default(),
    };
    let fresh = |cursor: &String| fits(cursor) && params.text("cursor") != Some(cursor);
    if let Some(cursor) = cursor(&link).filter(fresh) {
        return Ok(Some(Outcome::new(members.with(&[("cursor", Value::from(cursor))]))));
    }
    // The service's own `cursor` would be mistaken for ours.
    let text = if members.raw("cursor").is_some() {
        members.with(&[("cursor", Value::Null)])
    } else {
        text
    };
    let host = Url::parse(&link)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_default();
    let message = "There are more records, but the service's link to the next page leads nowhere new: start the export again with another `pageSize`.";
    let warning = Warning::new(CUT_OFF, message)
        .with_detail("host", Value::from(client.sanitizer().text(&host)));
    Ok(Some(Outcome::new(text).with_warning(warning)))
}

/// Extracts the position from a link to the next page: its `$skiptoken`, or `$skip=…`. The link may
/// lack scheme and host, or be encoded as a whole.
fn cursor(link: &str) -> Option<String> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().map(String::from).ok();
    if !link.contains('?') {
        return decoded(link).filter(|link| link.contains('?')).and_then(|link| cursor(&link));
    }
    let query = link.split('#').next()?.split_once('?')?.1;
    let find = |wanted: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let is = |name: &str| decoded(name).is_some_and(|name| name.eq_ignore_ascii_case(wanted));
        pairs
            .find(|(name, _)| is(name))
            .and_then(|(_, value)| decoded(value))
            .filter(|value| !value.is_empty())
    };
    let skip = || {
        let skip: u64 = find("$skip")?.parse().ok()?;
        (skip > 0).then(|| format!("$skip={skip}"))
    };
    find("$skiptoken").or_else(skip)
}

/// Whether a token would be accepted as a parameter.
fn fits(token: &str) -> bool {
    (VISIBLE.check)(token) && token.len() <= VISIBLE.max
}
