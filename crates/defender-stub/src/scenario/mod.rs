//! The world a stub starts with: who may sign in, what exists, how long things take and what goes
//! wrong.
//!
//! One file, because the scenario format is read as a whole.

mod ends_as;
mod file;
mod person;
mod schema;

use serde::{Deserialize, Serialize};

pub use self::ends_as::EndsAs;
pub use self::file::ScenarioFileError;
pub use self::person::Person;
use super::comment::CommentRewrite;
use super::demo;
use super::fault::Fault;
use super::library::LibraryFile;
use super::machine::Machine;
use super::records::Records;

/// The largest `$top`, and the largest page without one.
pub(crate) const MAX_TOP: usize = 10_000;

/// Everything that can be chosen about a stub. [`Scenario::default`] is the demonstration world.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(
    feature = "schema",
    schemars(
        description = "The tenant that the stub plays: who may sign in, what exists, how long things take and what goes wrong. A member that is left out has the value of the demonstration state."
    )
)]
pub struct Scenario {
    /// The tenant's GUID.
    pub tenant_id: String,
    /// Domain names that stand for the tenant in the token endpoint's path.
    pub tenant_domains: Vec<String>,
    /// The application's (client) id.
    pub client_id: String,
    /// The application's secret value.
    pub client_secret: String,
    /// Whether the secret has expired (`AADSTS7000222`).
    pub secret_expired: bool,
    /// Workload identities whose assertions are accepted in place of the secret.
    pub federated_credentials: Vec<FederatedCredential>,
    /// Application roles granted with admin consent. A token carries those that belong to its
    /// audience; the default is every role an action needs.
    pub roles: Vec<String>,
    /// Roles that are granted while the stub runs. A token keeps the roles that it was issued with.
    pub grants: Vec<Grant>,
    /// How tokens are issued.
    pub token: TokenRules,
    /// The tenant's devices. A list here replaces that of the demonstration world.
    pub machines: Vec<Machine>,
    /// How many generated devices to add after `machines`, for measurements.
    pub fleet: u32,
    /// Files of the live-response library. A list here replaces that of the demonstration world.
    pub library: Vec<LibraryFile>,
    /// Alerts, indicators, observed entities and the software inventory. They replace those of the
    /// demonstration world as a whole.
    pub records: Records,
    /// How long a new machine action stays `Pending`, in seconds.
    pub pending_seconds: f64,
    /// How long it is `InProgress` after that, in seconds.
    pub running_seconds: f64,
    /// How long a new action is missing from reads, in seconds: 404 by id, absent from lists.
    pub propagation_seconds: f64,
    /// How long a live response waits for an offline device before it ends with `TimeOut`, in
    /// seconds.
    pub live_response_queue_seconds: f64,
    /// How long any other action waits for an offline device before it ends with `TimeOut`, in
    /// seconds.
    pub offline_queue_seconds: f64,
    /// The response to a request while the same action is pending or running on the device.
    pub duplicate_isolate: Duplicate,
    /// What happens when a device that is isolated already is isolated again.
    pub isolate_again: IsolateAgain,
    /// Rules by which actions end without success. The first rule that fits an action decides.
    pub outcomes: Vec<Outcome>,
    /// Rules by which the record of an ended action shows something else than was requested. The
    /// first rule that fits decides.
    pub ends_as: Vec<EndsAs>,
    /// Changes that the service makes to the comment of an action, applied in this order.
    pub comment_rewrites: Vec<CommentRewrite>,
    /// The `requestor` of the application's own actions. Left out, it is `clientId`.
    pub requestor_name: Option<String>,
    /// How many live responses may be unfinished in the tenant; the next one is refused with 429.
    pub live_response_sessions: usize,
    /// Whether the documented limits of calls per minute and per hour are enforced with 429.
    pub enforce_rate_limits: bool,
    /// Whether an empty list of machines is answered with 404.
    pub empty_list_is_not_found: bool,
    /// Whether a filter takes an Entra ID only without quotes, as a GUID. Otherwise it takes it in
    /// quotes too.
    pub entra_ids_are_guids: bool,
    /// The most quoted texts in one `$filter`; more are refused with 400. Left out, there is no
    /// limit.
    pub filter_values: Option<usize>,
    /// Records in a page of a list when the request names no `$top`.
    pub page_size: usize,
    /// Where `@odata.nextLink` leads.
    pub next_link: NextLink,
    /// A limit on every list's pages that is lower than the documented `$top`.
    pub list_cap: Option<ListCap>,
    /// How long the link to a result stays valid, in seconds.
    pub result_link_seconds: u64,
    /// Whether script results are stored as gzip, as collected files always are.
    pub gzip_results: bool,
    /// Faults that are active from the start.
    pub faults: Vec<Fault>,
}

/// Roles that an administrator grants later.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Grant {
    /// The roles, which are added to those of the scenario.
    pub roles: Vec<String>,
    /// How many tokens are issued before, for any API.
    #[serde(default = "Grant::default_tokens")]
    pub after_tokens: usize,
}

impl Grant {
    fn default_tokens() -> usize {
        1
    }
}

/// How tokens are issued.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct TokenRules {
    /// How long a token is valid, in seconds.
    pub lifetime_seconds: u64,
    /// What `expires_in` says instead of the real lifetime, in seconds.
    pub claimed_seconds: Option<u64>,
    /// How `expires_in` is written.
    pub expires_in: ExpiresIn,
    /// The person whom every token is issued for; left out, they are the application's.
    pub person: Option<Person>,
}

/// How a token reply writes `expires_in`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ExpiresIn {
    /// As a JSON number, as the v2.0 endpoint does.
    Number,
    /// As a JSON string, as the v1 endpoint does.
    String,
    /// Not at all.
    Absent,
}

/// A workload-identity federation: an issuer and subject the application trusts.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct FederatedCredential {
    /// The assertion's `iss`.
    pub issuer: String,
    /// The assertion's `sub`.
    pub subject: String,
    /// The assertion's `aud`.
    #[serde(default = "FederatedCredential::default_audience")]
    pub audience: String,
}

impl FederatedCredential {
    fn default_audience() -> String {
        "api://AzureADTokenExchange".to_owned()
    }
}

/// What a request gets while the same action is under way on the device: both have been seen in the
/// service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Duplicate {
    /// 400 `ActiveRequestAlreadyExists`.
    Reject,
    /// 200 with the action that is under way: 201 is for what was created.
    ReturnPending,
    /// 200 with the last action of that type, even if it ended long ago. Not seen in the service:
    /// nothing else is carried out, so a connector that takes that action for a new one reports
    /// what was not done.
    ReturnEnded,
}

/// What happens to an isolation of a device that is isolated already: both have been seen in the
/// service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum IsolateAgain {
    /// It runs and succeeds like the first one.
    Succeed,
    /// It stays `Pending` until it is cancelled.
    Hang,
}

/// Where the link to a list's next page leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum NextLink {
    /// It leads to the next page of the same query, and the last page has none.
    Faithful,
    /// It drops the filter and leads to the first page again.
    Looping,
    /// It points to another origin, as links of the service have been seen to name another of
    /// Microsoft's hosts.
    Foreign,
}

/// A limit of pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ListCap {
    /// The most records in a page, whatever `$top` is.
    pub records: usize,
    /// How the service shows it.
    pub signal: CapSignal,
}

/// How the service shows that a page is shorter than requested although there are more records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CapSignal {
    /// By nothing but the page itself: no count, no link.
    Nothing,
    /// By `@odata.count`.
    Count,
    /// By `@odata.nextLink`, without a count.
    NextLink,
    /// By `@odata.nextLink`, while `@odata.count` counts the records of the page alone.
    WrongCount,
    /// A larger `$top` is refused with 400, as by `/api/vulnerabilities`.
    Refusal,
}

/// How actions of one type end that do not succeed.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Outcome {
    /// The action's type, such as `Isolate`; absent fits every type.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    /// The device's id; absent fits every device.
    #[serde(default)]
    pub machine_id: Option<String>,
    /// How it ends.
    pub status: Ending,
    /// The `errorHResult` it ends with.
    #[serde(default)]
    pub error_h_result: i64,
    /// For a live response, the command that fails, counted from 0; absent is the first.
    #[serde(default)]
    pub command: usize,
    /// For a live response that ends `Failed`: every command completed, and their results could not
    /// be uploaded.
    #[serde(default)]
    pub result_is_lost: bool,
}

/// How an action can end by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Ending {
    /// Done.
    Succeeded,
    /// Tried, and not done.
    Failed,
    /// Not even tried in time.
    TimeOut,
}

impl Default for Scenario {
    fn default() -> Self {
        Self {
            tenant_id: demo::TENANT_ID.to_owned(),
            tenant_domains: vec![demo::TENANT_DOMAIN.to_owned()],
            client_id: demo::CLIENT_ID.to_owned(),
            client_secret: demo::CLIENT_SECRET.to_owned(),
            secret_expired: false,
            federated_credentials: Vec::new(),
            roles: demo::roles(),
            grants: Vec::new(),
            token: TokenRules::default(),
            machines: demo::machines(),
            fleet: 0,
            library: demo::library(),
            records: demo::records(),
            pending_seconds: 1.0,
            running_seconds: 2.0,
            propagation_seconds: 0.0,
            // Two hours: the documented wait of an offline device's live response.
            live_response_queue_seconds: 2.0 * 3600.0,
            // Three days: how long the service keeps trying to reach an offline device.
            offline_queue_seconds: 72.0 * 3600.0,
            duplicate_isolate: Duplicate::Reject,
            isolate_again: IsolateAgain::Succeed,
            outcomes: Vec::new(),
            ends_as: Vec::new(),
            comment_rewrites: Vec::new(),
            requestor_name: None,
            live_response_sessions: 50,
            enforce_rate_limits: false,
            empty_list_is_not_found: false,
            entra_ids_are_guids: false,
            filter_values: None,
            page_size: MAX_TOP,
            next_link: NextLink::Faithful,
            list_cap: None,
            // Half an hour, as documented.
            result_link_seconds: 30 * 60,
            gzip_results: false,
            faults: Vec::new(),
        }
    }
}

impl Default for TokenRules {
    fn default() -> Self {
        // One second short of an hour, as the endpoint's own samples show.
        Self {
            lifetime_seconds: 3599,
            claimed_seconds: None,
            expires_in: ExpiresIn::Number,
            person: None,
        }
    }
}
