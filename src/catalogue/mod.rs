//! The action catalogue: rows of data, in reading order. It contains no code: `request` and
//! `actions` implement what a row names as an enum.
//!
//! Requests, schemas, the permissions in `test`, the table in `docs/actions.md` and the tests'
//! completeness check are derived from the rows.

mod budget;
mod change;
mod entities;
mod fields;
mod files;
mod options;
mod route;
mod row;
mod server;

mod alerts;
mod connector;
mod hunting;
mod incidents;
mod indicators;
mod live_response;
mod machines;
mod observables;
mod vulnerabilities;

pub use budget::Budget;
pub use change::{Change, ExpectedMember, ListMember, Synonym};
pub(crate) use connector::SET_UP;
pub(crate) use fields::SHORT_PAGE;
pub use files::{FILE_SOURCES, FileLink, FileSource, file_action};
pub(crate) use incidents::{GET_INCIDENT, REDIRECT};
pub(crate) use indicators::single::GET_INDICATORS;
pub(crate) use live_response::library::GET_LIBRARY_FILES;
pub(crate) use live_response::results::GET_ACTION_RESULTS;
pub(crate) use live_response::sessions::COMMAND_ORDER;
pub(crate) use machines::actions::GET_ACTIONS;
pub(crate) use machines::investigations::SWITCHED_OFF;
pub(crate) use machines::isolation::ISOLATION_TYPES;
pub(crate) use machines::packages::GET_PACKAGE_LINK;
pub(crate) use machines::read::GET_AGENT_LIST;
pub(crate) use machines::search::FIND_AGENTS_BY_IP;
pub(crate) use observables::files::GET_FILE_INFO;
pub use route::{Body, CollectionCheck, CustomBody, JobType, ResponseBody, ResultFetcher, Route};
pub use row::{Action, Custom, Effect, Roles, Run};
pub use server::Server;

/// All actions.
pub const CATALOGUE: &[&Action] = &[
    &connector::TEST_CONNECTOR,
    &machines::read::GET_AGENT_DETAILS,
    &machines::read::GET_AGENT_LIST,
    &machines::search::FIND_AGENTS_BY_IP,
    &machines::search::FIND_AGENTS_BY_TAG,
    &machines::search::RESOLVE_HOST,
    &machines::facts::GET_AGENT_USERS,
    &machines::facts::GET_AGENT_ALERTS,
    &machines::facts::GET_AGENT_SOFTWARE,
    &machines::facts::GET_AGENT_VULNERABILITIES,
    &machines::facts::GET_AGENT_RECOMMENDATIONS,
    &machines::facts::GET_AGENT_MISSING_UPDATES,
    &machines::records::ADD_TAG,
    &machines::records::REMOVE_TAG,
    &machines::records::SET_TAGS,
    &machines::records::SET_DEVICE_VALUE,
    &machines::response::ISOLATE_HOST,
    &machines::response::RELEASE_HOST,
    &machines::isolation::GET_ISOLATION_STATE,
    &machines::response::RESTRICT_APP_EXECUTION,
    &machines::response::UNRESTRICT_APP_EXECUTION,
    &machines::response::RUN_ANTIVIRUS_SCAN,
    &machines::response::STOP_AND_QUARANTINE_FILE,
    &machines::response::COLLECT_INVESTIGATION_PACKAGE,
    &machines::response::OFFBOARD_HOST,
    &machines::investigations::START_INVESTIGATION,
    &machines::actions::GET_ACTIONS,
    &machines::actions::GET_ACTION,
    &machines::actions::WAIT_FOR_ACTION,
    &machines::actions::CANCEL_ACTION,
    &machines::packages::GET_PACKAGE_LINK,
    &machines::investigations::GET_INVESTIGATIONS,
    &machines::investigations::GET_INVESTIGATION,
    &live_response::sessions::RUN_LIVE_RESPONSE,
    &live_response::sessions::RUN_SCRIPT,
    &live_response::sessions::PUT_FILE,
    &live_response::sessions::GET_FILE,
    &live_response::results::GET_ACTION_RESULTS,
    &live_response::library::GET_LIBRARY_FILES,
    &live_response::upload::UPLOAD_LIBRARY_FILE,
    &live_response::library::DELETE_LIBRARY_FILE,
    &alerts::read::GET_ALERTS,
    &alerts::read::GET_ALERT,
    &alerts::updates::UPDATE_ALERT,
    &alerts::updates::UPDATE_ALERTS,
    &alerts::updates::CREATE_ALERT,
    &alerts::entities::GET_ALERT_DOMAINS,
    &alerts::entities::GET_ALERT_FILES,
    &alerts::entities::GET_ALERT_IPS,
    &alerts::entities::GET_ALERT_MACHINE,
    &alerts::entities::GET_ALERT_USER,
    &incidents::GET_INCIDENTS,
    &incidents::GET_INCIDENT,
    &indicators::single::GET_INDICATORS,
    &indicators::single::SUBMIT_INDICATOR,
    &indicators::batches::IMPORT_INDICATORS,
    &indicators::single::DELETE_INDICATOR,
    &indicators::batches::DELETE_INDICATORS,
    &observables::files::GET_FILE_INFO,
    &observables::files::GET_FILE_STATISTICS,
    &observables::files::GET_FILE_ALERTS,
    &observables::files::GET_FILE_MACHINES,
    &observables::network::GET_IP_ALERTS,
    &observables::network::GET_IP_STATISTICS,
    &observables::network::GET_DOMAIN_ALERTS,
    &observables::network::GET_DOMAIN_MACHINES,
    &observables::network::GET_DOMAIN_STATISTICS,
    &observables::users::GET_USER_ALERTS,
    &observables::users::GET_USER_MACHINES,
    &vulnerabilities::software::GET_SOFTWARE_LIST,
    &vulnerabilities::software::GET_SOFTWARE,
    &vulnerabilities::software::GET_SOFTWARE_VERSIONS,
    &vulnerabilities::software::GET_SOFTWARE_MACHINES,
    &vulnerabilities::software::GET_SOFTWARE_VULNERABILITIES,
    &vulnerabilities::software::GET_SOFTWARE_MISSING_UPDATES,
    &vulnerabilities::list::GET_VULNERABILITIES,
    &vulnerabilities::list::GET_VULNERABILITY,
    &vulnerabilities::list::GET_VULNERABILITY_MACHINES,
    &vulnerabilities::list::GET_VULNERABILITY_FINDINGS,
    &vulnerabilities::recommendations::GET_RECOMMENDATIONS,
    &vulnerabilities::recommendations::GET_RECOMMENDATION,
    &vulnerabilities::recommendations::GET_RECOMMENDATION_SOFTWARE,
    &vulnerabilities::recommendations::GET_RECOMMENDATION_MACHINES,
    &vulnerabilities::recommendations::GET_RECOMMENDATION_VULNERABILITIES,
    &vulnerabilities::scores::GET_EXPOSURE_SCORE,
    &vulnerabilities::scores::GET_EXPOSURE_SCORE_BY_GROUP,
    &vulnerabilities::scores::GET_CONFIGURATION_SCORE,
    &vulnerabilities::scores::GET_REMEDIATION_TASKS,
    &vulnerabilities::scores::GET_REMEDIATION_TASK,
    &vulnerabilities::scores::GET_REMEDIATION_TASK_MACHINES,
    &vulnerabilities::exports::EXPORT_CONFIGURATION_ASSESSMENT,
    &vulnerabilities::exports::EXPORT_SOFTWARE_INVENTORY,
    &vulnerabilities::exports::EXPORT_SOFTWARE_VULNERABILITIES,
    &vulnerabilities::exports::EXPORT_VULNERABILITY_CHANGES,
    &vulnerabilities::export_files::GET_CONFIGURATION_ASSESSMENT_FILES,
    &vulnerabilities::export_files::GET_SOFTWARE_INVENTORY_FILES,
    &vulnerabilities::export_files::GET_SOFTWARE_VULNERABILITY_FILES,
    &hunting::RUN_HUNTING_QUERY,
    &hunting::RUN_ADVANCED_QUERY,
];
