//! What the requests of one call may do, and what they did.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{HeaderMap, Method};
use serde::Serialize;
use wasmtime_wasi_http::Error;

use super::path::Path;
use super::sign_in::Purpose;

/// How many refusals of one call are kept.
const MOST_REFUSALS: usize = 16;

/// Headers that make some servers take a request for one of another method.
const METHOD_OVERRIDES: [&str; 3] =
    ["x-http-method", "x-http-method-override", "x-method-override"];

/// What a call may send.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Access {
    /// `GET`, `HEAD`, the token request to a sign-in origin, and POST requests that only read.
    #[default]
    Reads,
    /// Everything that the allow-list allows.
    Changes,
}

/// Paths of POST requests that only read. A path matches whole segments at the end of a request's
/// path, so the base path does not matter: `/queries/run` matches `/v1/queries/run`.
#[derive(Clone, Debug, Default)]
pub struct ReadPosts(Arc<[Path]>);

impl ReadPosts {
    /// Creates a list from paths that start with `/`, without a query.
    ///
    /// # Errors
    ///
    /// `InvalidSetting` with the first path that has no segment, or that servers read differently:
    /// see [`EgressBuilder::allow_only`](crate::EgressBuilder::allow_only).
    pub fn new<'a>(
        paths: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, crate::InvalidSetting> {
        paths
            .into_iter()
            .map(|path| Path::of_setting("read_posts", path))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Returns the list with more paths. What is not such a path is ignored.
    pub fn and<'a>(&self, more: impl IntoIterator<Item = &'a str>) -> Self {
        let more = more.into_iter().filter_map(|path| Path::of_setting("read_posts", path).ok());
        Self(self.0.iter().cloned().chain(more).collect())
    }

    fn contain(&self, path: &str) -> bool {
        Path::parse(path).is_some_and(|path| self.0.iter().any(|end| path.ends_with(end)))
    }
}

/// Why the egress refused a request.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// No entry of the allow-list has this scheme, host and port.
    Origin,
    /// The entries for the origin do not have this method.
    Method,
    /// The entries for the origin do not have this path, or servers read it differently.
    Path,
    /// The name resolves to addresses that are not permitted.
    Address,
    /// The call may only read, and this request could change something.
    ReadsOnly,
    /// The URI has no destination that the egress understands.
    Uri,
    /// Too many requests of the instance are in progress.
    Limit,
}

impl Reason {
    /// A stable name in kebab-case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Origin => "origin",
            Self::Method => "method",
            Self::Path => "path",
            Self::Address => "address",
            Self::ReadsOnly => "reads-only",
            Self::Uri => "uri",
            Self::Limit => "limit",
        }
    }
}

impl From<Reason> for Error {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Origin | Reason::Method | Reason::Path | Reason::ReadsOnly => {
                Self::HttpRequestDenied
            }
            Reason::Address => Self::DestinationIpProhibited,
            Reason::Uri => Self::HttpRequestUriInvalid,
            Reason::Limit => Self::ConnectionLimitReached,
        }
    }
}

/// A request that the egress refused.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Refusal {
    /// The HTTP method.
    pub method: String,
    /// Scheme, host, and the port unless it is the scheme's default. Empty if not understood.
    pub origin: String,
    /// The path, without the query.
    pub path: String,
    /// Why.
    pub reason: Reason,
}

/// What the requests of a call came to.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct CallReport {
    /// Whether a request that could change something may have been carried out: it was sent, or may
    /// have been, and was not answered by a 4xx.
    pub may_have_changed: bool,
    /// Requests that were refused, each once; at most 16.
    pub refused: Vec<Refusal>,
}

/// Watches over the calls of one instance: shared by its [`Hooks`](crate::Hooks) and its host.
/// Clones are the same one.
///
/// Between calls, and before the first one, requests may only read.
#[derive(Clone, Debug, Default)]
pub struct CallGuard(Arc<Mutex<Current>>);

#[derive(Clone, Debug, Default)]
struct Current {
    access: Access,
    read_posts: ReadPosts,
    call: Call,
}

/// What is known of a call. A request that outlives its call still counts for it.
#[derive(Clone, Debug, Default)]
struct Call(Arc<Mutex<Counts>>);

#[derive(Debug, Default)]
struct Counts {
    /// Requests that could change something and have no result yet.
    open: usize,
    may_have_changed: bool,
    refused: Vec<Refusal>,
}

impl CallGuard {
    /// Begins a call, which may send this.
    pub fn begin(&self, access: Access, read_posts: ReadPosts) {
        *lock(&self.0) = Current { access, read_posts, call: Call::default() };
    }

    /// Ends the call, and reports what its requests came to.
    pub fn end(&self) -> CallReport {
        let Current { call, .. } = std::mem::take(&mut *lock(&self.0));
        let mut counts = lock(&call.0);
        CallReport {
            may_have_changed: counts.may_have_changed || counts.open > 0,
            refused: std::mem::take(&mut counts.refused),
        }
    }

    /// Returns the rights of a request that begins now.
    pub(crate) fn rights(&self) -> Rights {
        Rights(lock(&self.0).clone())
    }
}

/// What a request may do, as its call began.
#[derive(Clone, Debug)]
pub(crate) struct Rights(Current);

impl Rights {
    /// Whether a request changes nothing at the service.
    fn only_reads(&self, head: &Head<'_>, purpose: Purpose) -> bool {
        if METHOD_OVERRIDES.iter().any(|name| head.headers.contains_key(*name)) {
            return false;
        }
        match *head.method {
            Method::GET | Method::HEAD => true,
            Method::POST => purpose == Purpose::SignIn || self.0.read_posts.contain(head.path),
            _ => false,
        }
    }

    /// Checks a request; returns how it is counted.
    pub(crate) fn check(&self, head: &Head<'_>, purpose: Purpose) -> Result<Counted, Reason> {
        match (self.only_reads(head, purpose), self.0.access) {
            (true, _) => Ok(Counted(None)),
            (false, Access::Changes) => Ok(Counted::new(self.0.call.clone())),
            (false, Access::Reads) => Err(Reason::ReadsOnly),
        }
    }

    pub(crate) fn note(&self, refusal: Refusal) {
        let (origin, reason) = (&refusal.origin, refusal.reason.name());
        tracing::warn!(origin, reason, "a request was refused");
        let mut counts = lock(&self.0.call.0);
        if counts.refused.len() < MOST_REFUSALS && !counts.refused.contains(&refusal) {
            counts.refused.push(refusal);
        }
    }
}

/// What a request is judged by.
pub(crate) struct Head<'a> {
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
    pub(crate) headers: &'a HeaderMap,
}

/// Counts a request, if it could change something. Dropped without a result, it may have been
/// carried out.
pub(crate) struct Counted(Option<Call>);

impl Counted {
    fn new(call: Call) -> Self {
        lock(&call.0).open += 1;
        Self(Some(call))
    }

    /// It was answered with this status.
    pub(crate) fn answered(&mut self, status: u16) {
        // 408: the server gave up waiting for the rest of a request that it has begun to read.
        self.ends(!(400..500).contains(&status) || status == 408);
    }

    /// It was not answered.
    pub(crate) fn unanswered(&mut self, maybe_sent: bool) {
        self.ends(maybe_sent);
    }

    fn ends(&mut self, may_have_changed: bool) {
        if let Some(call) = self.0.take() {
            let mut counts = lock(&call.0);
            counts.open -= 1;
            counts.may_have_changed |= may_have_changed;
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.ends(true);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
