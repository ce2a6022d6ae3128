//! Paged exports: `pageSize`, and a next link with `$skiptoken` until the last page.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use super::rows::{self, Report};
use crate::api::call::Call;
use crate::api::listing;
use crate::refusal::ApiError;
use crate::reply::Reply;

/// The default and maximum page size.
const PAGE_SIZE: usize = 50_000;
const MAX_PAGE_SIZE: usize = 200_000;

/// How far back changes are kept.
const HISTORY: Duration = Duration::days(14);

/// A page of a report.
pub(super) fn page(call: &mut Call<'_>, report: Report) -> Result<Reply, ApiError> {
    let rows = rows::of(report, call.state, call.now);
    reply(call, report, rows)
}

/// `GET /api/machines/SoftwareVulnerabilityChangesByMachine?sinceTime=…`.
pub(super) fn changes(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let text = call.parameter("sinceTime").ok_or_else(|| ApiError::missing("sinceTime"))?;
    let since = OffsetDateTime::parse(&text, &Rfc3339)
        .map_err(|_| ApiError::input(format!("sinceTime '{text}' is not a time")))?;
    if since < call.now - HISTORY {
        return Err(ApiError::input("sinceTime must be within the past 14 days"));
    }
    let is_since = |row: &Value| {
        let at = row["eventTimestamp"]
            .as_str()
            .and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok());
        at.is_some_and(|at| at >= since)
    };
    let mut rows = rows::of(Report::Changes, call.state, call.now);
    rows.retain(is_since);
    reply(call, Report::Changes, rows)
}

fn reply(call: &Call<'_>, report: Report, rows: Vec<Value>) -> Result<Reply, ApiError> {
    let size = match call.parameter("pageSize") {
        None => PAGE_SIZE,
        Some(text) => match text.parse() {
            Ok(size) if (1..=MAX_PAGE_SIZE).contains(&size) => size,
            _ => {
                return Err(ApiError::input(format!(
                    "pageSize is '{text}'; it is 1 to {MAX_PAGE_SIZE}"
                )));
            }
        },
    };
    let start = match call.parameter("$skiptoken") {
        None => 0,
        Some(token) => position(&token)
            .ok_or_else(|| ApiError::odata(format!("$skiptoken '{token}' is not valid")))?,
    };
    let total = rows.len();
    let page: Vec<Value> = rows.into_iter().skip(start).take(size).collect();
    let end = start.saturating_add(page.len());
    let mut body = json!({
        "@odata.context": call.context(&format!("Collection({})", report.contract())),
        "value": page
    });
    if end < total {
        let token = URL_SAFE_NO_PAD.encode(format!("{end}"));
        body["@odata.nextLink"] = json!(listing::next_link(call, "$skiptoken", &token));
    }
    Ok(Reply::json(200, &body))
}

fn position(token: &str) -> Option<usize> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?.parse().ok()
}
