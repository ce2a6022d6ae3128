//! Exports as files: links to gzip files in storage, with one JSON record per line.

use serde_json::json;
use time::OffsetDateTime;

use super::rows::{self, Report};
use crate::action::results::Artifact;
use crate::api::call::Call;
use crate::clock::api_timestamp;
use crate::gzip;
use crate::hosts::STORAGE_HOST;
use crate::refusal::ApiError;
use crate::reply::Reply;
use crate::signed_link::{self, Target};
use crate::state::ServiceState;

/// The number of files of an export: more than one, so that clients cannot rely on a single file.
const PARTS: usize = 2;

/// The maximum lifetime of the links, in hours.
const MAX_HOURS: u64 = 24;

/// Links to the report's files. Without `sasValidHours` they are valid as long as a result's link
/// (undocumented).
pub(super) fn file_export(call: &mut Call<'_>, report: Report) -> Result<Reply, ApiError> {
    let seconds = match call.parameter("sasValidHours") {
        None => call.state.scenario.result_link_seconds,
        Some(text) => match text.parse::<u64>() {
            Ok(hours) if (1..=MAX_HOURS).contains(&hours) => hours * 3600,
            _ => {
                return Err(ApiError::input(format!(
                    "sasValidHours is '{text}'; it is 1 to {MAX_HOURS}"
                )));
            }
        },
    };
    let link = |part: usize| {
        let target = Target {
            host: STORAGE_HOST,
            path: format!("/exports/{}/{part}", report.name()),
            seconds,
        };
        signed_link::signed(call.state, call.request.host_name(), &target, call.now)
    };
    let body = json!({
        "@odata.context": call.context("microsoft.windowsDefenderATP.api.ExportFilesResponse"),
        "exportFiles": (0..PARTS).map(link).collect::<Vec<_>>(),
        "generatedTime": api_timestamp(call.now),
    });
    Ok(Reply::json(200, &body))
}

/// A file of an export, as of now.
pub(crate) fn part(
    state: &ServiceState,
    report: &str,
    part: &str,
    now: OffsetDateTime,
) -> Option<Artifact> {
    let report = Report::named(report)?;
    let part: usize = part.parse().ok().filter(|part| *part < PARTS)?;
    let rows = rows::of(report, state, now);
    let lines: String =
        rows.iter().skip(part).step_by(PARTS).map(|row| format!("{row}\n")).collect();
    let name = format!("{}-{part}.json", report.name());
    Some(Artifact {
        file_name: format!("{name}.gz"),
        content: gzip::wrapped(lines.as_bytes(), Some(&name)),
    })
}
