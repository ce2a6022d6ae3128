//! Limits of time, size and number: every one has its unit in its name and its default with a reason.

use std::time::Duration;

use crate::shape::{Field, Input, Kind, Need, Shape};

/// Limits in force.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// Until connected, TLS included.
    pub connect_timeout: Duration,
    /// From the end of a request to the first byte of its answer.
    pub response_timeout: Duration,
    /// Between two pieces of an answer's body.
    pub read_timeout: Duration,
    /// For a whole call: waits, repetitions and tokens included.
    pub call_timeout: Duration,
    /// Greatest size of an answer's body.
    pub max_response_bytes: u64,
    /// How often one request is repeated at most.
    pub max_retries: u32,
    /// How long before its end a token is renewed.
    pub token_refresh: Duration,
}

const fn seconds(max: u32) -> Kind {
    Kind::Integer { min: 1, max }
}

/// Shape of `config.limits`.
pub(super) static MEMBERS: Shape = Shape::of(&[
    Field::optional(
        "connectTimeoutSeconds",
        seconds(60),
        "Time to connect, TLS included. A server that is up answers within one or two seconds, also through a proxy.",
    )
    .or(Need::DefaultInteger(10)),
    Field::optional(
        "responseTimeoutSeconds",
        seconds(600),
        "Time from a request to the first byte of its answer. Kibana's default too; hunting queries take most of it.",
    )
    .or(Need::DefaultInteger(60)),
    Field::optional(
        "readTimeoutSeconds",
        seconds(600),
        "Time between two pieces of an answer. A pause longer than this means that the connection is dead.",
    )
    .or(Need::DefaultInteger(30)),
    Field::optional(
        "callTimeoutSeconds",
        seconds(86_400),
        "Time for a whole call: waits, repetitions and tokens included. Long enough for one throttled minute and its repetition.",
    )
    .or(Need::DefaultInteger(300)),
    Field::optional(
        "maxResponseBytes",
        Kind::Integer { min: 1024, max: 268_435_456 },
        "Greatest size of an answer. A page of 10,000 machines is about 15 MB; twice that is room enough.",
    )
    .or(Need::DefaultInteger(33_554_432)),
    Field::optional(
        "maxRetries",
        Kind::Integer { min: 0, max: 10 },
        "How often one request is repeated at most, where repeating is safe. Four cover a minute of backing off.",
    )
    .or(Need::DefaultInteger(4)),
    Field::optional(
        "tokenRefreshSeconds",
        Kind::Integer { min: 0, max: 3000 },
        "How long before its end a token is renewed, but at most a quarter of its life. Covers skewed clocks and slow calls.",
    )
    .or(Need::DefaultInteger(300)),
]);

impl Limits {
    /// The limits in an input that conforms to `MEMBERS`.
    pub fn from_input(input: &Input) -> Self {
        let number = |name: &str| input.integer(name).unwrap_or_default();
        let time = |name: &str| Duration::from_secs(number(name));
        Self {
            connect_timeout: time("connectTimeoutSeconds"),
            response_timeout: time("responseTimeoutSeconds"),
            read_timeout: time("readTimeoutSeconds"),
            call_timeout: time("callTimeoutSeconds"),
            max_response_bytes: number("maxResponseBytes"),
            max_retries: u32::try_from(number("maxRetries")).unwrap_or(u32::MAX),
            token_refresh: time("tokenRefreshSeconds"),
        }
    }
}
