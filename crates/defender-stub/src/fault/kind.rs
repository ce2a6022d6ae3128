//! What a fault does to a request's answer.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::forms::{DateForm, GatewayPage, defaults};

/// What a fault does to the answer.
///
/// The first group takes the place of the answer, and the request is not carried out unless
/// [`Fault::carried_out`](super::Fault::carried_out) says so. The second group spoils the answer of
/// a request that was carried out. Of these two one fault strikes a request; those of the third
/// group strike as many as fit, and beside one of the others.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
#[cfg_attr(
    feature = "schema",
    schemars(
        description = "What a fault does. A kind without members is a text (`\"resetAfter\"`), one with members an object with one member (`{\"empty\": {\"status\": 503}}`)."
    )
)]
pub enum FaultKind {
    /// Any status with any headers and body.
    Status {
        /// The status code.
        status: u16,
        /// Header names and values.
        #[serde(default)]
        headers: Vec<(String, String)>,
        /// The body, as it is.
        #[serde(default)]
        body: String,
    },
    /// A proxy's HTML page.
    Html {
        /// The status code.
        status: u16,
    },
    /// The page of a box between the connector and the service, in place of an answer.
    Page {
        /// Which page.
        page: GatewayPage,
        /// The status code.
        #[serde(default = "defaults::ok")]
        status: u16,
    },
    /// A refusal by Entra with an `AADSTS` code, in Entra's own envelope: `error`,
    /// `error_description`, `error_codes`, `trace_id`, …
    Entra {
        /// The number of the code: 900382 for `AADSTS900382`.
        code: u32,
        /// OAuth's name of the error.
        #[serde(default = "defaults::invalid_request")]
        error: String,
        /// The sentence after the code.
        #[serde(default = "defaults::refused_by_entra")]
        message: String,
        /// The status code.
        #[serde(default = "defaults::bad_request")]
        status: u16,
        /// Whether the ids stand behind the sentence on lines of their own, and `error_uri` is
        /// missing, as in older answers.
        #[serde(default)]
        crlf: bool,
        /// The claims challenge of conditional access: JSON as a text.
        #[serde(default)]
        claims: Option<String>,
    },
    /// A refusal by API management in front of the API, in its own envelope: it knows no such
    /// route, or takes no more calls.
    ApiManagement {
        /// The status code.
        #[serde(default = "defaults::not_found")]
        status: u16,
        /// The message.
        #[serde(default = "defaults::resource_not_found")]
        message: String,
    },
    /// A status and no body.
    Empty {
        /// The status code.
        status: u16,
    },
    /// 429.
    Throttle {
        /// The `Retry-After` header in seconds; absent sends none.
        #[serde(default)]
        retry_after: Option<u64>,
        /// The error code: `TooManyRequests` or `429`.
        #[serde(default = "defaults::too_many_requests")]
        code: String,
    },
    /// 401 as for an expired token.
    Unauthorized,
    /// 404.
    NotFound,
    /// A redirect.
    Redirect {
        /// Where to.
        location: String,
        /// The status code.
        #[serde(default = "defaults::temporary_redirect")]
        status: u16,
    },
    /// The connection is cut before anything is done.
    ResetBefore,

    /// The connection is cut instead of answering.
    ResetAfter,
    /// The connection is cut in the middle of the body.
    Truncate {
        /// How many bytes of the body arrive.
        bytes: usize,
    },
    /// A body that is not JSON, with the right status and content type.
    Garbage {
        /// The body.
        #[serde(default = "defaults::garbage")]
        text: String,
    },
    /// The body is these bytes instead, with the right status and content type.
    Bytes {
        /// The body.
        bytes: Vec<u8>,
    },
    /// The body is padded with white space.
    Oversize {
        /// The length of the body in bytes.
        bytes: usize,
    },
    /// The body is compressed with gzip, asked for or not.
    Gzip,
    /// The body never ends.
    Endless,
    /// Every page of a list has a next page.
    EndlessPages,
    /// 206 with the first bytes of the body, although no range was asked for. `Content-Range` names
    /// a longer whole, even where that is all of the body.
    Partial {
        /// How many bytes of the body there are.
        bytes: usize,
    },
    /// A list with the first of its records only.
    CutShort {
        /// How many.
        records: usize,
        /// Whether `@odata.nextLink` leads to the others.
        #[serde(default)]
        next_link: bool,
        /// Whether `@odata.count` has the number of all.
        #[serde(default)]
        count: bool,
    },

    /// The answer comes late.
    Delay {
        /// How late, in milliseconds.
        ms: u64,
    },
    /// The body comes late behind the head.
    SlowBody {
        /// How late, in milliseconds.
        ms: u64,
    },
    /// The body comes in pieces without its length, with empty frames in between. In HTTP/1.1,
    /// which has none, these are pauses.
    EmptyFrames {
        /// How many bytes a piece has.
        #[serde(default = "defaults::piece")]
        bytes: usize,
    },
    /// A text in the body is another one wherever it occurs; an empty one stands for the body's
    /// beginning. It makes what no JSON writer would: half a surrogate pair, `1e400`, a member
    /// twice, a byte order mark.
    Replace {
        /// The text.
        find: String,
        /// What is there instead.
        with: String,
    },
    /// A byte that is not UTF-8 follows a text in the body wherever it occurs: what a system that
    /// writes Windows-1252 leaves.
    StrayByte {
        /// The text.
        after: String,
        /// The byte. 233 is `é` in Windows-1252.
        #[serde(default = "defaults::e_acute")]
        byte: u8,
    },
    /// A member of the record that is answered, or of each record in a list, is another one.
    Edit {
        /// Which, as a JSON pointer into the record: `/commands/1`. Where it leads nowhere nothing
        /// changes, but for a last part that an object has not yet.
        at: String,
        /// What it is instead.
        #[serde(default)]
        to: Value,
        /// Whether it is not there instead.
        #[serde(default)]
        remove: bool,
        /// Only in records that have these members: `{"status": "Succeeded"}`.
        #[serde(default)]
        only: Map<String, Value>,
    },
    /// A header is another one.
    Header {
        /// Its name.
        name: String,
        /// Its value; absent removes it.
        #[serde(default)]
        value: Option<String>,
    },
    /// `Date` is of another time, or in another form: a cache's, or of a gateway whose clock is
    /// wrong.
    Date {
        /// How many seconds ahead of the service's clock, or behind it.
        #[serde(default)]
        seconds: i64,
        /// How it is written.
        #[serde(default)]
        form: DateForm,
    },
    /// A proxy sends the request on twice, and gives what was answered the second time. The ledger
    /// has it once.
    Twice,
    /// The same request of another is carried out instead, and this one is not: together with
    /// `resetAfter`, one that was lost on the way while another application did the same.
    ByAnother {
        /// Who.
        requestor: String,
        /// The request source: `PublicApi` or `Portal`.
        #[serde(default = "defaults::public_api")]
        source: String,
    },
}
