//! What there is to complete with: the embedded component's actions, the profiles of the settings
//! file, and the calls and jobs of this user. Nothing here needs a network, and what cannot be read
//! has no candidates.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::OnceLock;

use host_harness::operation::Journal as _;
use host_harness::{Action, Descriptor, JobState, Limits};
use serde_json::Value;

use crate::args::{PluginArgs, SettingsArgs};
use crate::calls::{Call, Calls};
use crate::commands::actions::members::{Member, members};
use crate::session::host;
use crate::settings;

/// The words of the command line that is being completed.
pub(super) fn words() -> Vec<String> {
    let words = env::args_os().skip_while(|word| word != "--").skip(1);
    words.map(|word: OsString| word.to_string_lossy().into_owned()).collect()
}

/// The actions of the embedded component. It is compiled once and kept, as for every command.
pub(super) fn actions() -> &'static [Action] {
    static DESCRIPTOR: OnceLock<Option<Descriptor>> = OnceLock::new();
    let describe = || {
        let connector =
            host(&PluginArgs::embedded(), Limits::default()).ok()?.connector("complete");
        runtime()?.block_on(connector.describe()).ok()
    };
    DESCRIPTOR.get_or_init(describe).as_ref().map_or(&[], |descriptor| &descriptor.actions)
}

/// The action that the command line names.
pub(super) fn named_action() -> Option<&'static Action> {
    let words = words();
    actions().iter().find(|action| words.iter().skip(2).any(|word| *word == action.name))
}

/// The parameters of an action.
pub(super) fn parameters(action: &Action) -> Vec<Member> {
    members(&serde_json::from_str::<Value>(&action.params_schema).unwrap_or_default())
}

/// The values of a parameter, if there is a list of them.
pub(super) fn values(action: &str, parameter: &str) -> Vec<String> {
    let action = actions().iter().find(|known| known.name == action);
    let found = action
        .and_then(|action| parameters(action).into_iter().find(|member| member.name == parameter));
    found.map(|member| member.values).unwrap_or_default()
}

/// The profiles of the settings file that the command line names, or of the default one.
pub(super) fn profiles() -> Vec<String> {
    let words = words();
    let given = words.windows(2).find(|pair| matches!(pair[0].as_str(), "-c" | "--config"));
    let joined = words.iter().find_map(|word| word.strip_prefix("--config="));
    let config = joined.or(given.map(|pair| pair[1].as_str())).map(PathBuf::from);
    let config = config.or_else(|| env::var_os("DEFENDERCTL_CONFIG").map(PathBuf::from));
    let settings = SettingsArgs { config, ..SettingsArgs::default() };
    settings.path().map(|path| settings::profiles(&path)).unwrap_or_default()
}

/// The calls that `resume` can go on with, each with its action.
pub(super) fn calls() -> Vec<(String, String)> {
    let row = |call: Call| (call.record.call_id, call.record.plan.action);
    unfinished().into_iter().map(row).collect()
}

/// The jobs that calls of the last days started and that had not ended when they were looked at,
/// each with the action that started it.
pub(super) fn jobs() -> Vec<(String, String)> {
    let Some(runtime) = runtime() else { return Vec::new() };
    let mut jobs = Vec::new();
    for call in kept() {
        let Ok(mut journal) = call.journal() else { continue };
        let Ok(entry) = runtime.block_on(journal.load()) else { continue };
        let ids = entry.progress.targets.into_iter().filter_map(|target| target.job);
        let ids = ids.filter(|job| is_running(job.state));
        jobs.extend(ids.map(|job| (job.id, call.record.plan.action.clone())));
    }
    jobs
}

fn unfinished() -> Vec<Call> {
    kept().into_iter().filter(|call| call.record.ended.is_none()).collect()
}

fn kept() -> Vec<Call> {
    Calls::of_user().and_then(|calls| calls.all()).unwrap_or_default()
}

fn is_running(state: JobState) -> bool {
    matches!(state, JobState::Pending | JobState::InProgress | JobState::Unknown)
}

fn runtime() -> Option<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().ok()
}
