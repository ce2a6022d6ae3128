//! The world a stub starts with: who may sign in, what exists, how long things take and what goes wrong.

use serde::Deserialize;

use super::action::EndsAs;
use super::comment::CommentRewrite;
use super::demo;
use super::fault::Fault;
use super::library::LibraryFile;
use super::machine::Machine;
use super::records::Records;

/// Everything that can be chosen about a stub. [`Scenario::default`] is the demonstration world.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
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
    /// Issuers, beside the application itself, whose assertions the application trusts.
    pub federated_credentials: Vec<FederatedCredential>,
    /// Application roles granted with admin consent; a token carries those of its audience.
    pub roles: Vec<String>,
    /// How tokens are issued.
    pub token: TokenRules,
    /// Devices.
    pub machines: Vec<Machine>,
    /// How many generated devices to add after `machines`, for measurements.
    pub fleet: u32,
    /// Live-response library.
    pub library: Vec<LibraryFile>,
    /// Alerts, indicators, what was seen and what is installed.
    pub records: Records,
    /// How long a new action stays `Pending`.
    pub pending_seconds: f64,
    /// How long it is `InProgress` after that.
    pub running_seconds: f64,
    /// How long a new action is missing from reads (404, and absent from lists).
    pub propagation_seconds: f64,
    /// How long a live response waits for an offline device before `TimeOut`.
    pub live_response_queue_seconds: f64,
    /// How long any other action waits for an offline device before `TimeOut`.
    pub offline_queue_seconds: f64,
    /// What a request gets while the same action is under way on the device.
    pub duplicate_isolate: Duplicate,
    /// What happens to an isolation of a device that is isolated already.
    pub isolate_again: IsolateAgain,
    /// How actions end that do not succeed; the first rule that fits decides.
    pub outcomes: Vec<Outcome>,
    /// What their records show at the end that is not what was asked for; the first rule that fits decides.
    pub ends_as: Vec<EndsAs>,
    /// How comments are written other than they were sent, one after the other.
    pub comment_rewrites: Vec<CommentRewrite>,
    /// What an action of the application has as its `requestor`: its display name. Absent is its id.
    pub requestor_name: Option<String>,
    /// Unfinished live responses at which the tenant's next one is refused with 429.
    pub live_response_sessions: usize,
    /// Whether the documented calls per minute and per hour are enforced.
    pub enforce_rate_limits: bool,
    /// Whether an empty list of machines is answered with 404.
    pub empty_list_is_not_found: bool,
    /// Whether filters take Entra IDs bare only, as GUIDs; else they take them in quotes too.
    pub entra_ids_are_guids: bool,
    /// Most texts in a filter; more are refused with 400.
    pub filter_values: Option<usize>,
    /// Entries in a page of a list when the request names no `$top`.
    pub page_size: usize,
    /// What the link to a list's next page is worth.
    pub next_link: NextLink,
    /// A limit of every list's pages below the `$top` that is documented, as there are some.
    pub list_cap: Option<ListCap>,
    /// How long a result link stays valid.
    pub result_link_seconds: u64,
    /// Whether script results are stored gzip-wrapped, as file results always are.
    pub gzip_results: bool,
    /// Faults in force from the start.
    pub faults: Vec<Fault>,
}

/// How tokens are issued.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct TokenRules {
    /// How long a token is really good for.
    pub lifetime_seconds: u64,
    /// What `expires_in` says instead of the real lifetime.
    pub claimed_seconds: Option<u64>,
    /// How `expires_in` is written.
    pub expires_in: ExpiresIn,
}

/// How a token reply writes `expires_in`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
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

/// What a request gets while the same action is under way on the device: both have been seen in the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Duplicate {
    /// 400 `ActiveRequestAlreadyExists`.
    Reject,
    /// 200 with the action that is under way: 201 is for what was created.
    ReturnPending,
    /// 200 with the last action of that type, even if it ended long ago. Not seen in the service: nothing else is carried out, so
    /// a connector that takes that action for a new one reports what was not done.
    ReturnEnded,
}

/// What happens to an isolation of a device that is isolated already: both have been seen in the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IsolateAgain {
    /// It runs and succeeds like the first one.
    Succeed,
    /// It stays `Pending` until it is cancelled.
    Hang,
}

/// What the link to a list's next page is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NextLink {
    /// It leads to the next page of the same query, and the last page has none.
    Faithful,
    /// It drops the filter and leads to the first page again.
    Looping,
    /// It points to another origin, as links of the service have been seen to name another of Microsoft's hosts.
    Foreign,
}

/// A limit of pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ListCap {
    /// Most records in a page, whatever `$top` is.
    pub records: usize,
    /// How the service tells of it.
    pub told: CapTold,
}

/// How the service tells that a page is shorter than was asked for, although there are more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CapTold {
    /// By nothing but the page itself: no count, no link.
    Nothing,
    /// By `@odata.count`.
    Count,
    /// By `@odata.nextLink`, without a count.
    NextLink,
    /// By `@odata.nextLink`, while `@odata.count` has the number of the page's records only.
    WrongCount,
    /// A larger `$top` is refused with 400, as by `/api/vulnerabilities`.
    Refusal,
}

/// How actions of one type end that do not succeed.
#[derive(Clone, Debug, Deserialize)]
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
    /// For a live response that ends `Failed`: all commands are completed, and what they left could not be handed in.
    #[serde(default)]
    pub result_is_lost: bool,
}

/// How an action can end by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
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
            page_size: super::api::listing::MAX_TOP,
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
        Self { lifetime_seconds: 3599, claimed_seconds: None, expires_in: ExpiresIn::Number }
    }
}
