//! The client: one call's requests, with sign-in, repetition where it is safe, limits and deadline.

mod exchange;
mod pace;
mod retry;
mod sign_in;

use std::time::Duration;

use serde_json::Value;
use url::Url;

use crate::actions::{Action, Roles};

use crate::auth::{Claims, Server, Tokens};
use crate::clock::Clock;
use crate::config::{Credential, Settings};
use crate::error::{Error, Kind, Retry};
use crate::json::object;
use crate::outcome::Usage;
use crate::request::ApiRequest;
use crate::response::{Head, Sanitizer, fault, is_not_found_code, malformed, storage_fault};
use crate::transport::{Method, Transport};
use exchange::{Exchange, ServiceTime};

pub use exchange::OpenAnswer;
pub use pace::{Pace, Sent};
pub use retry::{Event, Next, RetryPolicy, next};

/// What one call needs to talk to the service.
pub struct Client<'a> {
    /// Settings in force.
    pub settings: &'a Settings,
    /// What the call has cost so far.
    pub usage: Usage,
    tokens: &'a mut Tokens,
    pace: &'a mut Pace,
    policy: RetryPolicy,
    transport: &'a dyn Transport,
    clock: &'a dyn Clock,
    deadline: Duration,
    /// When the last request of the API went out.
    sent: Duration,
    /// The service's clock as last seen.
    service_time: Option<ServiceTime>,
    /// Bytes of results from result storage that the call has kept.
    results: u64,
}

/// An answer of the API with status 2xx, read whole.
pub struct ApiAnswer {
    /// Status and headers.
    pub head: Head,
    /// Body, within `limits.maxResponseBytes`.
    pub body: Vec<u8>,
}

impl<'a> Client<'a> {
    /// A client for one call, whose time counts from now. It uses the token if it is fresh, and leaves a new one there.
    pub fn new(
        settings: &'a Settings,
        tokens: &'a mut Tokens,
        pace: &'a mut Pace,
        policy: RetryPolicy,
        transport: &'a dyn Transport,
        clock: &'a dyn Clock,
    ) -> Self {
        let deadline = clock.elapsed() + settings.limits.call_timeout;
        // From here on a step of the wall clock is noticed.
        pace.now(clock);
        Self {
            settings,
            usage: Usage::default(),
            tokens,
            pace,
            policy,
            transport,
            clock,
            deadline,
            sent: Duration::ZERO,
            service_time: None,
            results: 0,
        }
    }

    /// Sends a request of the API and gives back its answer.
    ///
    /// # Errors
    ///
    /// Every answer other than 2xx, and every way to get none. What was sent and is not a read is never sent again unless the
    /// service has certainly not carried it out.
    pub fn send(&mut self, request: &ApiRequest) -> Result<ApiAnswer, Error> {
        let url = request.server.endpoint(self.settings).join(&request.target);
        let url = url.ok_or_else(|| Error::internal("a path led to another server"))?;
        let (mut renewed, mut broken_off) = (false, 0);
        loop {
            let authorization = self.authorization(request.server)?;
            let headers = api_headers(authorization, request);
            let exchange = Exchange {
                method: request.method,
                url: &url,
                headers: &headers,
                body: &request.body,
                repeatable: request.is_read(),
                streamed: false,
                budget: Some(request.action.budget()),
            };
            let opened = self.exchange(&exchange)?;
            let head = opened.head.clone();
            match head.status {
                200..=299 => {
                    let most = self.settings.limits.max_response_bytes;
                    match self.read_whole(opened, most) {
                        Ok(body) => return Ok(ApiAnswer { head, body }),
                        // Half an answer is none: a read is made once more, as for one that did not come at all.
                        Err(what) if what.kind == Kind::Unreachable && self.repeats(&exchange, broken_off) => {
                            broken_off += 1;
                        }
                        Err(what) => return Err(self.incomplete(request, &head, &what)),
                    }
                }
                // The service has not carried it out: once with a new token.
                401 if !renewed && self.can_renew() => {
                    renewed = true;
                    self.tokens.set(request.server, None);
                    self.usage.retries += 1;
                }
                // What the status says counts, however little of the body can be read.
                _ => {
                    let clean = self.sanitizer();
                    let body = self.read_start(opened);
                    let error = fault(request, &head, &body, self.can_renew(), &clean);
                    return Err(self.with_roles(error, request.action));
                }
            }
        }
    }

    /// Sends a request for a list; `None` if the list is empty, which the service calls not found.
    ///
    /// # Errors
    ///
    /// As [`Self::send`].
    pub fn send_for_list(&mut self, request: &ApiRequest) -> Result<Option<ApiAnswer>, Error> {
        match self.send(request) {
            Err(error) if is_not_found_code(&error) => Ok(None),
            answer => answer.map(Some),
        }
    }

    /// Opens a link of the service's result storage. No credentials go there.
    ///
    /// # Errors
    ///
    /// Every answer other than 2xx, and every way to get none.
    pub fn open(&mut self, request: &ApiRequest, url: &Url) -> Result<OpenAnswer, Error> {
        let headers = common_headers("*/*");
        let exchange = Exchange {
            method: Method::Get,
            url,
            headers: &headers,
            body: &[],
            repeatable: true,
            streamed: true,
            budget: None,
        };
        let opened = self.exchange(&exchange)?;
        match opened.head.status {
            200..=299 => match exchange::compressed(&opened.head) {
                None => Ok(opened),
                Some(words) => Err(malformed(request, &opened.head, &words, &self.sanitizer())),
            },
            _ => Err(storage_fault(&opened.head, url.host_str().unwrap_or_default(), &self.sanitizer())),
        }
    }

    /// Reads the rest of an answer from result storage.
    ///
    /// # Errors
    ///
    /// It broke off, or is larger than `limits.maxResponseBytes`.
    pub fn read_result(&mut self, request: &ApiRequest, opened: OpenAnswer) -> Result<Vec<u8>, Error> {
        let head = opened.head.clone();
        // All results of a call together: they are kept until its end.
        let most = self.settings.limits.max_response_bytes.saturating_sub(self.results);
        let body = self.read_whole(opened, most).map_err(|what| self.incomplete(request, &head, &what))?;
        self.results += body.len() as u64;
        Ok(body)
    }

    /// Removes what must not show from texts of the service.
    pub fn sanitizer(&self) -> Sanitizer {
        let tokens = self.tokens.iter().map(|token| token.secret.expose());
        Sanitizer::new(tokens.chain([self.settings.credential.secret().expose()]))
    }

    /// The claims of the token in use, if there is one and it is not opaque. A token of the host's is Graph's only if it says so.
    pub fn claims(&self, server: Server) -> Option<Claims> {
        match (&self.settings.credential, self.tokens.of(server)) {
            (Credential::AccessToken(secret), _) => Claims::of(secret.expose())
                .filter(|claims| server == Server::Defender || claims.is_for_graph(&self.settings.graph_scope)),
            (_, Some(token)) => Claims::of(token.secret.expose()),
            (_, None) => None,
        }
    }

    /// Time since the epoch.
    pub fn now(&self) -> Duration {
        self.clock.unix()
    }

    /// Time on a clock that never jumps back.
    pub fn elapsed(&self) -> Duration {
        self.clock.elapsed()
    }

    /// Until when the call may take, on that clock.
    pub fn deadline(&self) -> Duration {
        self.deadline
    }

    /// The budget of an action, and how long its next request would have to wait now.
    pub fn budget(&mut self, action: &'static Action) -> Value {
        let (budget, percent) = (action.budget(), self.settings.limits.budget_percent);
        let now = self.pace.now(self.clock);
        let wait = self.pace.wait(&budget, percent, now);
        object(&mut [
            ("perMinute", Value::from(budget.per_minute)),
            ("perHour", Value::from(budget.per_hour)),
            ("waitSeconds", Value::from(wait)),
        ])
    }

    /// Brings the deadline forward, never back; gives the one before.
    pub fn shorten(&mut self, to: Duration) -> Duration {
        let before = self.deadline;
        self.deadline = before.min(to);
        before
    }

    /// Puts the deadline back to where it was.
    pub fn lengthen(&mut self, to: Duration) {
        self.deadline = to;
    }

    /// When the last request of the API went out, on that clock.
    pub fn sent(&self) -> Duration {
        self.sent
    }

    /// What the service's clock showed at a moment of ours, at the earliest: Unix time in seconds. `None` if it has not told.
    pub fn earliest_service_time(&self, at: Duration) -> Option<u64> {
        self.service_time.map(|time| time.earliest(at))
    }

    /// What the service's clock showed at a moment of ours, at the latest: Unix time in seconds. `None` if it has not told.
    pub fn latest_service_time(&self, at: Duration) -> Option<u64> {
        self.service_time.map(|time| time.latest(at))
    }

    /// Whether the credentials allow something, as far as the token tells.
    ///
    /// # Errors
    ///
    /// `forbidden` if the token is known to lack a permission; nothing was sent but a sign-in.
    pub fn require(&mut self, action: &'static Action) -> Result<(), Error> {
        self.authorization(action.server())?;
        let lacks = |claims: &Claims| !claims.delegated && !claims.grants(action.roles);
        if !self.claims(action.server()).is_some_and(|claims| lacks(&claims)) {
            return Ok(());
        }
        let message = format!(
            "`{}` is needed and not permitted; nothing was done: grant the application a permission of `details.required` in Entra, with admin consent.",
            action.name
        );
        Err(self.with_roles(Error::new(Kind::Forbidden, message), action))
    }

    /// Milliseconds on a clock that never jumps back, to measure how long something took.
    pub fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.clock.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn incomplete(&self, request: &ApiRequest, head: &Head, what: &exchange::Incomplete) -> Error {
        let mut error = malformed(request, head, &what.words, &self.sanitizer());
        error.kind = what.kind;
        if request.is_read() && what.kind != Kind::MalformedResponse {
            error.retry = Retry::After(5000);
        }
        error
    }

    fn with_roles(&self, error: Error, action: &'static Action) -> Error {
        if error.kind != Kind::Forbidden {
            return error;
        }
        let granted =
            self.claims(action.server()).map(|claims| claims.shown_roles(&self.sanitizer())).unwrap_or_default();
        error.with_detail("required", roles_to_json(action.roles)).with_detail("granted", granted.into())
    }
}

fn roles_to_json(roles: Roles) -> Value {
    roles.iter().map(|any| any.iter().map(|role| Value::from(*role)).collect::<Value>()).collect()
}

fn api_headers(authorization: String, request: &ApiRequest) -> Vec<(&'static str, String)> {
    let mut headers = common_headers("application/json");
    headers.push(("authorization", authorization));
    if !request.body.is_empty() {
        let kind = if request.content_type.is_empty() { "application/json" } else { &request.content_type };
        headers.push(("content-type", kind.to_owned()));
    }
    headers
}

fn common_headers(accept: &str) -> Vec<(&'static str, String)> {
    let agent = concat!("defender-connector/", env!("CARGO_PKG_VERSION"));
    vec![
        ("accept", accept.to_owned()),
        // Without it any coding would be acceptable (RFC 9110 §12.5.3).
        ("accept-encoding", "identity".to_owned()),
        ("user-agent", agent.to_owned()),
    ]
}
