//! Sends the requests of one call: signs in, retries where it is safe, and respects limits and the
//! deadline.

mod permission;
mod send;
mod sign_in;

mod exchange;
mod rate_limiter;
mod retry;
mod service_time;

mod body;
pub(crate) mod gunzip;
pub(crate) mod inflate;

mod known_jobs;

use std::time::Duration;

use serde_json::Value;

use crate::catalogue::Action;

use crate::auth::{AccessToken, Claims, Server, Tokens};
use crate::clock::Clock;
use crate::config::{Credential, Secret, Settings};
use crate::json::object;
use crate::outcome::Usage;
use crate::random::uuid;
use crate::response::{Caller, Sanitizer};
use crate::transport::Transport;
use service_time::ServiceTime;

pub use exchange::OpenResponse;
pub use known_jobs::KnownJobs;
pub use rate_limiter::{RateLimiter, RequestCount};
pub use retry::{Attempt, Event, RetryDecision, RetryPolicy, decide_retry};
pub use send::ApiResponse;

/// Everything that one call needs to talk to the service.
pub struct Client<'a> {
    /// The current configuration.
    pub settings: &'a Settings,
    /// What the call has cost so far.
    pub usage: Usage,
    /// When the last API request was sent, on the monotonic clock.
    pub sent: Option<Duration>,
    tokens: &'a mut Tokens,
    rate_limiter: &'a mut RateLimiter,
    known: &'a mut KnownJobs,
    policy: RetryPolicy,
    transport: &'a dyn Transport,
    clock: &'a dyn Clock,
    deadline: Duration,
    /// The wall-clock time at which the monotonic clock was zero, measured when the call started.
    epoch: Duration,
    /// The service's clock, if known.
    service_time: Option<ServiceTime>,
    /// Servers that were asked for a token in this call, whether or not they gave one.
    attempted_sign_ins: Vec<Server>,
    /// Tokens that were replaced during this call.
    replaced: Vec<Secret>,
    /// The action that the caller requested; its steps may be other actions.
    requested_action: Option<&'static str>,
    /// How many attempts of a hunting query the service may have run.
    queries_run: u32,
    /// Bytes from result storage that the call holds in memory.
    results: u64,
    /// Whether the service has answered a request.
    is_answered: bool,
    /// Whether the client may wait.
    waiting: Waiting,
}

/// When the client may wait for a rate limit or before a retry.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Waiting {
    /// Always, within the deadline.
    Allowed,
    /// Never: a step of an operation returns the waiting time to its host.
    Never,
    /// Once a request was answered: otherwise the data read so far would be lost.
    AfterAnswer,
}

impl<'a> Client<'a> {
    /// Creates a client for one call, whose time starts now. It uses the stored token if it is
    /// fresh, and stores new ones.
    pub fn new(
        settings: &'a Settings,
        tokens: &'a mut Tokens,
        rate_limiter: &'a mut RateLimiter,
        known: &'a mut KnownJobs,
        policy: RetryPolicy,
        transport: &'a dyn Transport,
        clock: &'a dyn Clock,
    ) -> Self {
        let deadline = clock.elapsed() + settings.limits.call_timeout;
        // Record the clock offset, so that later wall-clock jumps can be detected.
        rate_limiter.now(clock);
        Self {
            settings,
            usage: Usage { call_id: uuid(), ..Usage::default() },
            sent: None,
            tokens,
            rate_limiter,
            known,
            policy,
            transport,
            clock,
            deadline,
            epoch: clock.unix().saturating_sub(clock.elapsed()),
            service_time: None,
            attempted_sign_ins: Vec::new(),
            replaced: Vec::new(),
            requested_action: None,
            queries_run: 0,
            results: 0,
            is_answered: false,
            waiting: Waiting::Allowed,
        }
    }

    /// Returns a sanitiser that redacts this call's secrets.
    pub fn sanitizer(&self) -> Sanitizer {
        // A response may quote a rejected token after it was replaced.
        let mut secrets = vec![self.settings.credential.secret().expose()];
        secrets.extend(self.replaced.iter().map(Secret::expose));
        for token in self.tokens.iter() {
            secrets.push(token.secret.expose());
        }
        Sanitizer::new(&secrets)
    }

    /// Sets the action that the caller requested. Later actions are its steps.
    pub fn set_action(&mut self, action: &'static Action) {
        match self.waiting {
            Waiting::Allowed => _ = self.requested_action.get_or_insert(action.name),
            // One call may take steps of several operations.
            Waiting::Never | Waiting::AfterAnswer => self.requested_action = Some(action.name),
        }
    }

    /// Stops waiting: from now on the call takes steps of an operation.
    pub fn never_wait(&mut self) {
        self.waiting = Waiting::Never;
    }

    /// Runs a read as a step: once the service has answered, later requests wait as in any call.
    pub fn with_read_waits<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.waiting;
        if before == Waiting::Never {
            self.waiting = Waiting::AfterAnswer;
        }
        // An earlier response belongs to another operation's poll.
        let was_answered = std::mem::replace(&mut self.is_answered, false);
        let read = read(self);
        self.is_answered |= was_answered;
        self.waiting = before;
        read
    }

    /// Whether the service has answered a request of this call, or of the current read.
    pub fn is_answered(&self) -> bool {
        self.is_answered
    }

    /// Whether the client may wait now.
    fn may_wait(&self) -> bool {
        match self.waiting {
            Waiting::Allowed => true,
            Waiting::Never => false,
            Waiting::AfterAnswer => self.is_answered,
        }
    }

    /// Runs something and returns what it cost.
    pub fn metered<T>(&mut self, call: impl FnOnce(&mut Self) -> T) -> (T, Usage) {
        let nothing = Usage { call_id: self.usage.call_id, ..Usage::default() };
        let before = std::mem::replace(&mut self.usage, nothing);
        let result = call(self);
        let cost = std::mem::replace(&mut self.usage, before);
        self.usage.add(&cost);
        (result, cost)
    }

    /// Continues under the ID of an earlier call.
    pub fn continue_call(&mut self, call_id: [u8; 16]) {
        self.usage.call_id = call_id;
    }

    /// Returns an ID for a new operation: the first eight hexadecimal digits of the call's ID.
    pub fn operation_id(&self) -> String {
        let mut id = self.usage.call_id();
        id.truncate(8);
        id
    }

    /// Replaces or removes the token for a server; returns the previous one.
    fn set_token(&mut self, server: Server, token: Option<AccessToken>) -> Option<AccessToken> {
        let before = self.tokens.get(server).cloned();
        self.replaced.extend(before.iter().map(|token| token.secret.clone()));
        self.tokens.set(server, token);
        before
    }

    /// The claims of the current token, if there is one and it is not opaque. A token from the host
    /// counts as Graph's only if it says so.
    pub fn claims(&self, server: Server) -> Option<Claims> {
        match (&self.settings.credential, self.tokens.get(server)) {
            (Credential::AccessToken(secret), _) => {
                Claims::parse(secret.expose()).filter(|claims| {
                    server == Server::Defender || claims.is_for_graph(&self.settings.graph_scope)
                })
            }
            (_, Some(token)) => Claims::parse(token.secret.expose()),
            (_, None) => None,
        }
    }

    /// This connector's identity at Defender, according to the settings and the current token.
    pub fn caller(&self) -> Caller {
        let mut caller =
            self.claims(Server::Defender).map(|claims| claims.caller).unwrap_or_default();
        caller.ids.extend(Some(self.settings.client_id.clone()).filter(|id| !id.is_empty()));
        caller
    }

    /// Remembers a machine action that a call was given.
    pub fn remember(&mut self, id: &str) {
        self.known.add(id);
    }

    /// Whether an earlier call was given this machine action.
    pub fn knows(&self, id: &str) -> bool {
        self.known.contains(id)
    }

    /// Time since the epoch. Changes of the wall clock during the call do not affect it.
    pub fn now(&self) -> Duration {
        self.epoch + self.clock.elapsed()
    }

    /// Time on the monotonic clock.
    pub fn elapsed(&self) -> Duration {
        self.clock.elapsed()
    }

    /// When the call must end, on the monotonic clock.
    pub fn deadline(&self) -> Duration {
        self.deadline
    }

    /// Returns an action's rate limits, and how long its next request would have to wait.
    pub fn budget(&mut self, action: &'static Action) -> Value {
        let (budget, percent) = (action.budget(), self.settings.limits.budget_percent);
        let now = self.rate_limiter.now(self.clock);
        let wait = self.rate_limiter.wait(&budget, percent, now);
        object(&mut [
            ("perMinute", Value::from(budget.per_minute)),
            ("perHour", Value::from(budget.per_hour)),
            ("waitSeconds", Value::from(wait)),
        ])
    }

    /// Runs something with an earlier deadline; a later one has no effect.
    pub fn with_deadline<T>(&mut self, to: Duration, call: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.deadline;
        self.deadline = before.min(to);
        let result = call(self);
        self.deadline = before;
        result
    }

    /// The earliest time that the service's clock may have shown at `at`: Unix time in seconds.
    /// `None` if unknown: then nothing may be concluded from the service's times.
    pub fn earliest_service_time(&self, at: Duration) -> Option<u64> {
        self.service_time.map(|time| time.earliest(at))
    }

    /// The latest time that the service's clock may have shown at `at`: Unix time in seconds.
    /// `None` if unknown.
    pub fn latest_service_time(&self, at: Duration) -> Option<u64> {
        self.service_time.map(|time| time.latest(at))
    }

    /// Milliseconds on the monotonic clock, for measuring durations.
    pub fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.clock.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
