//! Limits on time, size and count. Each has its unit in its name, and its documentation gives the
//! reason for the default.

use std::time::Duration;

use crate::schema::{Field, Kind, ObjectSchema, Params};

/// The configured limits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// Time to connect, including TLS.
    pub connect_timeout: Duration,
    /// Time from the end of a request to the first byte of its response.
    pub response_timeout: Duration,
    /// The same for a hunting query.
    pub query_timeout: Duration,
    /// Time between two chunks of a response body.
    pub read_timeout: Duration,
    /// Time for a whole call, including waits, retries and sign-ins.
    pub call_timeout: Duration,
    /// Maximum size of a response body.
    pub max_response_bytes: u64,
    /// Maximum size of a downloaded file.
    pub max_download_bytes: u64,
    /// Maximum number of retries of one request.
    pub max_retries: u32,
    /// Share of the service's rate limits that this connector may use, in percent; 0 turns rate
    /// limiting off.
    pub budget_percent: u32,
    /// How long before its expiry a token is renewed.
    pub token_refresh: Duration,
}

const fn seconds(max: u32) -> Kind {
    Kind::Integer { min: 1, max }
}

/// Schema of `config.limits`.
pub(super) static MEMBERS: ObjectSchema = ObjectSchema::new(&[
    Field::optional(
        "connectTimeoutSeconds",
        &seconds(60),
        "Time to connect, including TLS. A server that is up answers within two seconds, also through a proxy.",
    )
    .or_number(&10),
    Field::optional(
        "responseTimeoutSeconds",
        &seconds(600),
        "Time from a request to the first byte of its response. Kibana has the same default.",
    )
    .or_number(&60),
    Field::optional(
        "queryTimeoutSeconds",
        &seconds(600),
        "The same for a hunting query. The service lets one run for three minutes; each attempt costs the tenant's quota, so giving up early costs twice.",
    )
    .or_number(&240),
    Field::optional(
        "readTimeoutSeconds",
        &seconds(600),
        "Time between two chunks of a response. After a longer pause the connection is dead.",
    )
    .or_number(&30),
    Field::optional(
        "callTimeoutSeconds",
        &seconds(86_400),
        "Time for a whole call, including waits, retries and sign-ins. Enough for one throttled minute and its retry.",
    )
    .or_number(&300),
    Field::optional(
        "maxResponseBytes",
        &Kind::Integer { min: 1024, max: 268_435_456 },
        "Maximum size of a response. A page of 10,000 machines is about 15 MB; Microsoft Graph documents at most 50 MB for a hunting query.",
    )
    .or_number(&52_428_800),
    Field::optional(
        "maxDownloadBytes",
        &Kind::Integer { min: 1024, max: u32::MAX },
        "Maximum size of a downloaded file, unzipped. The service fetches files of at most 3 GB; a zip bomb is larger.",
    )
    .or_number(&3_221_225_472),
    Field::optional(
        "maxRetries",
        &Kind::Integer { min: 0, max: 10 },
        "Maximum number of retries of a request, where retrying is safe. Four cover a minute of backing off.",
    )
    .or_number(&4),
    Field::optional(
        "budgetPercent",
        &Kind::Integer { min: 0, max: 100 },
        "Share of the service's rate limits to use, in percent; requests wait for their turn. Less leaves room for other programs of the same application; 0 sends until the service refuses.",
    )
    .or_number(&100),
    Field::optional(
        "tokenRefreshSeconds",
        &Kind::Integer { min: 0, max: 3000 },
        "How long before its expiry a token is renewed, but at most a quarter of its lifetime. Covers skewed clocks and slow calls.",
    )
    .or_number(&300),
]);

impl Limits {
    /// Reads the limits from params that conform to `MEMBERS`.
    pub fn from_params(input: &Params) -> Self {
        let number = |name: &str| input.integer(name).unwrap_or_default();
        let time = |name: &str| Duration::from_secs(number(name));
        Self {
            connect_timeout: time("connectTimeoutSeconds"),
            response_timeout: time("responseTimeoutSeconds"),
            query_timeout: time("queryTimeoutSeconds"),
            read_timeout: time("readTimeoutSeconds"),
            call_timeout: time("callTimeoutSeconds"),
            max_response_bytes: number("maxResponseBytes"),
            max_download_bytes: number("maxDownloadBytes"),
            max_retries: u32::try_from(number("maxRetries")).unwrap_or(u32::MAX),
            budget_percent: u32::try_from(number("budgetPercent")).unwrap_or(100),
            token_refresh: time("tokenRefreshSeconds"),
        }
    }
}
