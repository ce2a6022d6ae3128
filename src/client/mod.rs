//! The client: one call's requests, with sign-in, repetition where it is safe, limits and deadline.

mod body;
mod exchange;
pub(crate) mod gunzip;
mod known_jobs;
mod permission;
mod rate_limiter;
mod retry;
mod send;
mod service_time;
mod sign_in;

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

pub use exchange::OpenAnswer;
pub use known_jobs::Known;
pub use rate_limiter::{Pace, Sent};
pub use retry::{Attempt, Event, Next, RetryPolicy, next};
pub use send::ApiAnswer;

/// What one call needs to talk to the service.
pub struct Client<'a> {
    /// Settings in force.
    pub settings: &'a Settings,
    /// What the call has cost so far.
    pub usage: Usage,
    tokens: &'a mut Tokens,
    pace: &'a mut Pace,
    known: &'a mut Known,
    policy: RetryPolicy,
    transport: &'a dyn Transport,
    clock: &'a dyn Clock,
    deadline: Duration,
    /// The wall clock's time when the steady one began, as they were at the beginning of the call.
    epoch: Duration,
    /// When the last request of the API went out.
    sent: Duration,
    /// The service's clock, as far as it is known.
    service_time: Option<ServiceTime>,
    /// Servers whose token was made for this call, or that would not give one.
    made: Vec<Server>,
    /// Tokens that were in use during this call and are no more.
    replaced: Vec<Secret>,
    /// The action that the caller asked for, whatever its steps are.
    asked: Option<&'static str>,
    /// How many tries of a hunting query the service may have run.
    queries_run: u32,
    /// Bytes of results from result storage that the call has kept.
    results: u64,
    /// Whether the service has answered a request.
    is_answered: bool,
    /// Whether requests may be waited for.
    waiting: Waiting,
}

/// Whether a call may wait before its requests, and between repetitions of them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Waiting {
    /// Within its deadline.
    Allowed,
    /// No: a step of an operation tells its host to wait.
    Never,
    /// Once a request was answered: what was read would be lost.
    AfterAnswer,
}

impl<'a> Client<'a> {
    /// A client for one call, whose time counts from now. It uses the token if it is fresh, and
    /// leaves a new one there.
    pub fn new(
        settings: &'a Settings,
        tokens: &'a mut Tokens,
        pace: &'a mut Pace,
        known: &'a mut Known,
        policy: RetryPolicy,
        transport: &'a dyn Transport,
        clock: &'a dyn Clock,
    ) -> Self {
        let deadline = clock.elapsed() + settings.limits.call_timeout;
        // From here on a step of the wall clock is noticed.
        pace.now(clock);
        Self {
            settings,
            usage: Usage { call_id: uuid(), ..Usage::default() },
            tokens,
            pace,
            known,
            policy,
            transport,
            clock,
            deadline,
            epoch: clock.unix().saturating_sub(clock.elapsed()),
            sent: Duration::ZERO,
            service_time: None,
            made: Vec::new(),
            replaced: Vec::new(),
            asked: None,
            queries_run: 0,
            results: 0,
            is_answered: false,
            waiting: Waiting::Allowed,
        }
    }

    /// Removes what must not show from texts of the service.
    pub fn sanitizer(&self) -> Sanitizer {
        // An answer may name the token that it refuses when there is another one already.
        let mut secrets = vec![self.settings.credential.secret().expose()];
        secrets.extend(self.replaced.iter().map(Secret::expose));
        for token in self.tokens.iter() {
            secrets.push(token.secret.expose());
        }
        Sanitizer::new(&secrets)
    }

    /// Says what the caller asked for. What is asked for after that are steps of it.
    pub fn begin(&mut self, action: &'static Action) {
        match self.waiting {
            Waiting::Allowed => _ = self.asked.get_or_insert(action.name),
            // Steps of several operations may be taken in one call.
            Waiting::Never | Waiting::AfterAnswer => self.asked = Some(action.name),
        }
    }

    /// From here on nothing is waited for: the call takes a step of an operation.
    pub fn go_stepwise(&mut self) {
        self.waiting = Waiting::Never;
    }

    /// Takes a step that reads: once the service has answered, the rest is waited for as in any
    /// call.
    pub fn reading<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.waiting;
        if before == Waiting::Never {
            self.waiting = Waiting::AfterAnswer;
        }
        // What was answered before was another operation's look.
        let was_answered = std::mem::replace(&mut self.is_answered, false);
        let read = read(self);
        self.is_answered |= was_answered;
        self.waiting = before;
        read
    }

    /// Whether the service has answered a request of this call, or of this read.
    pub fn is_answered(&self) -> bool {
        self.is_answered
    }

    /// Whether to wait before the next request, or before its repetition.
    fn may_wait(&self) -> bool {
        match self.waiting {
            Waiting::Allowed => true,
            Waiting::Never => false,
            Waiting::AfterAnswer => self.is_answered,
        }
    }

    /// What something cost.
    pub fn metered<T>(&mut self, call: impl FnOnce(&mut Self) -> T) -> (T, Usage) {
        let nothing = Usage { call_id: self.usage.call_id, ..Usage::default() };
        let before = std::mem::replace(&mut self.usage, nothing);
        let result = call(self);
        let cost = std::mem::replace(&mut self.usage, before);
        self.usage.add(&cost);
        (result, cost)
    }

    /// Goes on under the ID of an earlier call.
    pub fn continue_call(&mut self, call_id: [u8; 16]) {
        self.usage.call_id = call_id;
    }

    /// An ID for a new operation: the first eight hexadecimal digits of the call's.
    pub fn operation_id(&self) -> String {
        let mut id = self.usage.call_id();
        id.truncate(8);
        id
    }

    /// Puts a token for a server in place of the one before, or none; gives the one before.
    fn set_token(&mut self, server: Server, token: Option<AccessToken>) -> Option<AccessToken> {
        let before = self.tokens.of(server).cloned();
        self.replaced.extend(before.iter().map(|token| token.secret.clone()));
        self.tokens.set(server, token);
        before
    }

    /// The claims of the token in use, if there is one and it is not opaque. A token of the host's
    /// is Graph's only if it says so.
    pub fn claims(&self, server: Server) -> Option<Claims> {
        match (&self.settings.credential, self.tokens.of(server)) {
            (Credential::AccessToken(secret), _) => Claims::of(secret.expose()).filter(|claims| {
                server == Server::Defender || claims.is_for_graph(&self.settings.graph_scope)
            }),
            (_, Some(token)) => Claims::of(token.secret.expose()),
            (_, None) => None,
        }
    }

    /// Who this connector is to Defender, as far as the settings and the token in use say.
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
        self.known.has(id)
    }

    /// Time since the epoch. A wall clock that is put forward or back during the call does not
    /// change it.
    pub fn now(&self) -> Duration {
        self.epoch + self.clock.elapsed()
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

    /// What the service's clock showed at a moment of ours, at the earliest: Unix time in seconds.
    /// `None` if that is not known: nothing may then be concluded from times that the service
    /// gives.
    pub fn earliest_service_time(&self, at: Duration) -> Option<u64> {
        self.service_time.map(|time| time.earliest(at))
    }

    /// What the service's clock showed at a moment of ours, at the latest: Unix time in seconds.
    /// `None` if that is not known.
    pub fn latest_service_time(&self, at: Duration) -> Option<u64> {
        self.service_time.map(|time| time.latest(at))
    }

    /// Milliseconds on a clock that never jumps back, to measure how long something took.
    pub fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.clock.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
