//! Opens the file that an action yields, to be read in pieces.

use super::{Download, SourceJob};
use crate::actions::{open_link, package_request, result_request};
use crate::catalogue::Action;
use crate::catalogue::{FILE_SOURCES, FileLink};
use crate::client::Client;
use crate::error::{Error, Kind};
use crate::json::object;
use crate::operation;
use crate::schema::{Params, Problem};
use crate::text::join;

/// Opens the file that an action yields. If a machine action has to produce it, starts that and
/// follows it to its end.
///
/// # Errors
///
/// `unknown-action` if the action yields no file; otherwise the same as the action itself, or what
/// result storage reports.
pub fn open(
    client: &mut Client<'_>,
    action: &'static Action,
    params: &Params,
) -> Result<Download, Error> {
    let Some(source) = FILE_SOURCES.iter().find(|source| source.action == action.name) else {
        let names: Vec<&str> = FILE_SOURCES.iter().map(|source| source.action).collect();
        let message = format!("`{}` yields no file; {} do.", action.name, join(&names, ", "));
        return Err(Error::new(Kind::UnknownAction, message));
    };
    client.set_action(action);
    let refuse = |at: &str, problem: &str| {
        Err(Error::invalid_params(action.name, &[Problem::new(at, problem)]))
    };
    if params.text("index").is_some() {
        return refuse("/index", "is \"all\"; only one file can be opened at a time");
    }
    let (mut id, mut source_job) = (params.text("id").unwrap_or_default().to_owned(), None);
    if let Some(reopen_action) = source.reopen_action {
        if params.is("dryRun") || params.value("ids").or(params.value("hosts")).is_some() {
            return refuse("", "must name one machine, without `dryRun`");
        }
        let wait = params.value("wait").cloned().unwrap_or_else(|| object(&mut []));
        let outcome = operation::execute(client, action, &params.with("wait", wait), false)?;
        id = outcome.job.map(|job| job.id).unwrap_or_default();
        source_job = Some(SourceJob { id: id.clone(), reopen_action });
    }
    let request = match source.link {
        FileLink::Result => result_request(&id, params.integer("index").unwrap_or_default()),
        FileLink::Package => package_request(&id),
    };
    let (url, opened) = match (
        open_link(client, &request, &id, client.settings.limits.max_download_bytes),
        &source_job,
    ) {
        (Ok(opened), _) => opened,
        // The machine action was carried out and must not be repeated for its file.
        (Err(error), Some(source_job)) => return Err(source_job.wrap_error(error)),
        (Err(error), None) => return Err(error),
    };
    Ok(Download::new(&url, opened, &client.sanitizer(), &client.settings.limits, source_job))
}
