//! Actions that yield a file: read in pieces, however large it is.

use super::links::open as open_link;
use super::packages::package_request;
use super::results::result_request;
use super::row::Action;
use super::run::execute;
use crate::client::Client;
use crate::download::Download;
use crate::error::{Error, Kind};
use crate::request::ApiRequest;
use crate::shape::{Input, Problem};

/// An action that yields a file: its name, whether it must be carried out first, and where the file's link is then asked for.
struct Source {
    action: &'static str,
    starts: bool,
    link: fn(&str, u64) -> ApiRequest,
}

const SOURCES: &[Source] = &[
    Source { action: "getActionResults", starts: false, link: result_request },
    Source { action: "getPackageLink", starts: false, link: |id, _| package_request(id) },
    Source { action: "getFile", starts: true, link: result_request },
    Source { action: "runScript", starts: true, link: result_request },
    Source { action: "collectInvestigationPackage", starts: true, link: |id, _| package_request(id) },
];

/// Opens the file that an action yields. What has to be started for it is started, and followed to its end.
///
/// # Errors
///
/// `unknown-action` if the action yields no file; else as the action itself, and what result storage says.
pub fn open(client: &mut Client<'_>, action: &'static Action, params: &Input) -> Result<Download, Error> {
    let Some(source) = SOURCES.iter().find(|source| source.action == action.name) else {
        let names: Vec<&str> = SOURCES.iter().map(|source| source.action).collect();
        let message = format!("`{}` yields no file; {} do.", action.name, names.join(", "));
        return Err(Error::new(Kind::UnknownAction, message));
    };
    let refuse = |at: &str, problem: &str| Err(Error::invalid_params(action.name, &[Problem::new(at, problem)]));
    let id = if source.starts {
        if params.is("dryRun") || params.value("ids").or(params.value("hosts")).is_some() {
            return refuse("", "must name one machine, without `dryRun`: a file comes from one");
        }
        let wait = params.value("wait").cloned().unwrap_or_else(|| serde_json::Value::Object(Default::default()));
        let outcome = execute(client, action, &params.with("wait", wait))?;
        outcome.machine_action.map(|action| action.id).unwrap_or_default()
    } else {
        params.text("id").unwrap_or_default().to_owned()
    };
    if params.text("index").is_some() {
        return refuse("/index", "is \"all\"; one file at a time can be opened");
    }
    let request = (source.link)(&id, params.integer("index").unwrap_or_default());
    let (url, opened) = open_link(client, &request, &id)?;
    Ok(Download::new(&url, opened, &client.sanitizer(), client.settings.limits.max_download_bytes))
}
