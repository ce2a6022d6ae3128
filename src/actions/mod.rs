//! The action catalogue: rows of data, in the order in which a person would read them.
//!
//! From the rows come the requests, the schemas, the permissions of `test`, the README's table and the tests' completeness guard.

mod alert_entities;
mod alert_updates;
mod alerts;
mod budget;
mod downloads;
mod export_files;
mod exports;
mod fields;
mod files;
mod hunting;
mod indicator_batches;
mod indicator_rules;
mod indicators;
mod investigations;
mod library;
mod library_upload;
mod links;
mod live_response;
mod machine_actions;
mod machine_facts;
mod machine_records;
mod machine_response;
mod machine_search;
mod machines;
mod meant;
mod network;
mod options;
mod other_indicators;
mod packages;
mod pages;
mod params;
mod proof;
mod recommendations;
mod results;
mod row;
mod run;
mod scores;
mod software;
mod test_connector;
mod users;
mod vulnerabilities;

pub use budget::Budget;
pub use downloads::{file_action, open};
pub(crate) use machine_actions::GET_ACTIONS;
pub(crate) use machines::GET_AGENT_LIST;
pub(crate) use params::read_params;
pub(crate) use proof::prove;
pub use proof::{Change, Proof};
pub use row::{Action, Answer, Body, Check, Effect, Finish, Roles, Route, Run, Started};
pub use run::execute;
pub(crate) use run::{check, perform};
pub(crate) use test_connector::TEST_CONNECTOR;

use self::meant::{Meant, Strength, meant};
use crate::edit_distance;
use crate::error::{Error, Kind};
use crate::text::{join, start};

/// Every action.
pub const CATALOGUE: &[&Action] = &[
    &TEST_CONNECTOR,
    &machines::GET_AGENT_DETAILS,
    &machines::GET_AGENT_LIST,
    &machine_search::FIND_AGENTS_BY_IP,
    &machine_search::FIND_AGENTS_BY_TAG,
    &machine_search::RESOLVE_HOST,
    &machine_facts::GET_AGENT_USERS,
    &machine_facts::GET_AGENT_ALERTS,
    &machine_facts::GET_AGENT_SOFTWARE,
    &machine_facts::GET_AGENT_VULNERABILITIES,
    &machine_facts::GET_AGENT_RECOMMENDATIONS,
    &machine_facts::GET_AGENT_MISSING_UPDATES,
    &machine_records::ADD_TAG,
    &machine_records::REMOVE_TAG,
    &machine_records::SET_TAGS,
    &machine_records::SET_DEVICE_VALUE,
    &machine_response::ISOLATE_HOST,
    &machine_response::RELEASE_HOST,
    &machine_response::RESTRICT_APP_EXECUTION,
    &machine_response::UNRESTRICT_APP_EXECUTION,
    &machine_response::RUN_ANTIVIRUS_SCAN,
    &machine_response::STOP_AND_QUARANTINE_FILE,
    &machine_response::COLLECT_INVESTIGATION_PACKAGE,
    &machine_response::OFFBOARD_HOST,
    &investigations::START_INVESTIGATION,
    &machine_actions::GET_ACTIONS,
    &machine_actions::GET_ACTION,
    &machine_actions::WAIT_FOR_ACTION,
    &machine_actions::CANCEL_ACTION,
    &packages::GET_PACKAGE_LINK,
    &investigations::GET_INVESTIGATIONS,
    &investigations::GET_INVESTIGATION,
    &live_response::RUN_LIVE_RESPONSE,
    &live_response::RUN_SCRIPT,
    &live_response::PUT_FILE,
    &live_response::GET_FILE,
    &results::GET_ACTION_RESULTS,
    &library::GET_LIBRARY_FILES,
    &library_upload::UPLOAD_LIBRARY_FILE,
    &library::DELETE_LIBRARY_FILE,
    &alerts::GET_ALERTS,
    &alerts::GET_ALERT,
    &alert_updates::UPDATE_ALERT,
    &alert_updates::UPDATE_ALERTS,
    &alert_updates::CREATE_ALERT,
    &alert_entities::GET_ALERT_DOMAINS,
    &alert_entities::GET_ALERT_FILES,
    &alert_entities::GET_ALERT_IPS,
    &alert_entities::GET_ALERT_MACHINE,
    &alert_entities::GET_ALERT_USER,
    &indicators::GET_INDICATORS,
    &indicators::SUBMIT_INDICATOR,
    &indicator_batches::IMPORT_INDICATORS,
    &indicators::DELETE_INDICATOR,
    &indicator_batches::DELETE_INDICATORS,
    &files::GET_FILE_INFO,
    &files::GET_FILE_STATISTICS,
    &files::GET_FILE_ALERTS,
    &files::GET_FILE_MACHINES,
    &network::GET_IP_ALERTS,
    &network::GET_IP_STATISTICS,
    &network::GET_DOMAIN_ALERTS,
    &network::GET_DOMAIN_MACHINES,
    &network::GET_DOMAIN_STATISTICS,
    &users::GET_USER_ALERTS,
    &users::GET_USER_MACHINES,
    &software::GET_SOFTWARE_LIST,
    &software::GET_SOFTWARE,
    &software::GET_SOFTWARE_VERSIONS,
    &software::GET_SOFTWARE_MACHINES,
    &software::GET_SOFTWARE_VULNERABILITIES,
    &software::GET_SOFTWARE_MISSING_UPDATES,
    &vulnerabilities::GET_VULNERABILITIES,
    &vulnerabilities::GET_VULNERABILITY,
    &vulnerabilities::GET_VULNERABILITY_MACHINES,
    &vulnerabilities::GET_VULNERABILITY_FINDINGS,
    &recommendations::GET_RECOMMENDATIONS,
    &recommendations::GET_RECOMMENDATION,
    &recommendations::GET_RECOMMENDATION_SOFTWARE,
    &recommendations::GET_RECOMMENDATION_MACHINES,
    &recommendations::GET_RECOMMENDATION_VULNERABILITIES,
    &scores::GET_EXPOSURE_SCORE,
    &scores::GET_EXPOSURE_SCORE_BY_GROUP,
    &scores::GET_CONFIGURATION_SCORE,
    &scores::GET_REMEDIATION_TASKS,
    &scores::GET_REMEDIATION_TASK,
    &scores::GET_REMEDIATION_TASK_MACHINES,
    &exports::EXPORT_CONFIGURATION_ASSESSMENT,
    &exports::EXPORT_SOFTWARE_INVENTORY,
    &exports::EXPORT_SOFTWARE_VULNERABILITIES,
    &exports::EXPORT_VULNERABILITY_CHANGES,
    &export_files::GET_CONFIGURATION_ASSESSMENT_FILES,
    &export_files::GET_SOFTWARE_INVENTORY_FILES,
    &export_files::GET_SOFTWARE_VULNERABILITY_FILES,
    &hunting::RUN_HUNTING_QUERY,
    &hunting::RUN_ADVANCED_QUERY,
];

/// The action of that name.
///
/// # Errors
///
/// [`Kind::UnknownAction`], with the name that was probably meant: never a stronger action, nor the opposite one.
pub fn find(name: &str) -> Result<&'static Action, Error> {
    if let Some(action) = CATALOGUE.iter().find(|action| action.name == name) {
        return Ok(action);
    }
    let shown = start(name, 60);
    let known: Vec<(&str, Strength)> = CATALOGUE.iter().map(|action| (action.name, action.effect.into())).collect();
    let message = match meant(name, &known) {
        Meant::One(meant) => format!("There is no action {shown:?}; did you mean `{meant}`?"),
        Meant::Some(others) if !others.is_empty() => {
            format!("There is no action {shown:?}; about the same are {}.", join(&others, ", "))
        }
        Meant::Some(_) => {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            format!("There is no action {shown:?}; there are {}.", join(&names, ", "))
        }
    };
    Err(Error::new(Kind::UnknownAction, message))
}

impl From<Effect> for Strength {
    fn from(effect: Effect) -> Self {
        match effect {
            Effect::Read => Self::Read,
            Effect::Change => Self::Change,
            Effect::Policy => Self::Policy,
            Effect::Disrupt => Self::Disrupt,
        }
    }
}

#[cfg(test)]
mod tests;
