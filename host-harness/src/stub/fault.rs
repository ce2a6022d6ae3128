//! Faults: what can go wrong between a request and its answer, per route and per count.

use serde::Deserialize;

/// One fault: where it strikes, how often, and what it does.
///
/// ```
/// use host_harness::stub::{Fault, FaultKind};
/// let second_poll_loses_its_token = Fault::new("GET /api/machineactions/{id}", FaultKind::Unauthorized).skip(1);
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Fault {
    /// The requests it fits, as `METHOD /path/{placeholder}`; see [`Template`](super::Template).
    pub on: String,
    /// How many fitting requests pass unharmed first.
    #[serde(default)]
    pub skip: u32,
    /// How many requests it strikes after that.
    #[serde(default = "once")]
    pub times: u32,
    /// Whether the request is carried out although the answer does not say so.
    #[serde(default)]
    pub carried_out: bool,
    /// What it does.
    pub kind: FaultKind,
}

/// What a fault does to the answer.
///
/// The first group takes the place of the answer, and the request is not carried out unless [`Fault::carried_out`] says
/// so. The second group spoils the answer of a request that was carried out.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
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
        #[serde(default = "too_many_requests")]
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
        #[serde(default = "temporary_redirect")]
        status: u16,
    },
    /// The connection is cut before anything is done.
    ResetBefore,

    /// The answer comes late. Another fault may strike the same request.
    Delay {
        /// How late, in milliseconds.
        ms: u64,
    },
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
        #[serde(default = "garbage")]
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
}

impl Fault {
    /// A fault that strikes the first fitting request.
    pub fn new(on: impl Into<String>, kind: FaultKind) -> Self {
        Self { on: on.into(), skip: 0, times: once(), carried_out: false, kind }
    }

    /// The same fault, striking this many requests.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// The same fault, striking every fitting request.
    #[must_use]
    pub fn always(self) -> Self {
        self.times(u32::MAX)
    }

    /// The same fault, after this many fitting requests have passed unharmed.
    #[must_use]
    pub fn skip(mut self, skip: u32) -> Self {
        self.skip = skip;
        self
    }

    /// The same fault, on a request that is carried out all the same: a gateway that loses the answer.
    #[must_use]
    pub fn carried_out(mut self) -> Self {
        self.carried_out = true;
        self
    }
}

impl FaultKind {
    /// The names of all kinds.
    pub const NAMES: &[&str] = &[
        "status",
        "html",
        "empty",
        "throttle",
        "unauthorized",
        "notFound",
        "redirect",
        "resetBefore",
        "delay",
        "resetAfter",
        "truncate",
        "garbage",
        "bytes",
        "oversize",
        "gzip",
        "endless",
        "endlessPages",
    ];

    /// The name under which the ledger records the fault.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Status { .. } => "status",
            Self::Html { .. } => "html",
            Self::Empty { .. } => "empty",
            Self::Throttle { .. } => "throttle",
            Self::Unauthorized => "unauthorized",
            Self::NotFound => "notFound",
            Self::Redirect { .. } => "redirect",
            Self::ResetBefore => "resetBefore",
            Self::Delay { .. } => "delay",
            Self::ResetAfter => "resetAfter",
            Self::Truncate { .. } => "truncate",
            Self::Garbage { .. } => "garbage",
            Self::Bytes { .. } => "bytes",
            Self::Oversize { .. } => "oversize",
            Self::Gzip => "gzip",
            Self::Endless => "endless",
            Self::EndlessPages => "endlessPages",
        }
    }
}

fn once() -> u32 {
    1
}

fn too_many_requests() -> String {
    "TooManyRequests".to_owned()
}

fn temporary_redirect() -> u16 {
    307
}

fn garbage() -> String {
    "this is not JSON".to_owned()
}
