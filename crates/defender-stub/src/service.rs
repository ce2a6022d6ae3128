//! The state machine behind the sockets.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;

use super::action::By;
use super::clock::{http_date, seconds};
use super::fault::Fault;
use super::hosts::{Origins, ServiceId};
use super::ledger::{Arrived, Entry};
use super::reply::Reply;
use super::request::Request;
use super::scenario::{Outcome, Scenario};
use super::state::ServiceState;
use super::{api, external, login, refusal, storage};

/// The login endpoint, the API and the result storage of one tenant, without sockets. A clone is
/// the same service.
#[derive(Clone, Debug)]
pub struct Service {
    state: Arc<Mutex<ServiceState>>,
}

impl Service {
    /// A service under the production names.
    pub fn new(scenario: Scenario) -> Self {
        Self::at(scenario, Origins::production())
    }

    pub(super) fn at(scenario: Scenario, origins: Origins) -> Self {
        Self { state: Arc::new(Mutex::new(ServiceState::new(scenario, origins))) }
    }

    /// Answers one request. The response depends only on the request and on the service's state and
    /// clock.
    pub fn answer(&self, request: &Request) -> Reply {
        let mut state = self.state();
        let before = state.actions.len();
        state.carried_out = false;
        let bearer_valid = request
            .bearer()
            .is_some_and(|token| state.tokens.claims(token, state.clock.now()).is_ok());
        let service_id = state.origins.service_id(request);
        let reply = match service_id {
            Some(ServiceId::Login) => login::answer(&mut state, request),
            Some(service_id @ (ServiceId::Api | ServiceId::Graph)) => {
                api::answer(&mut state, request, service_id)
            }
            Some(ServiceId::Storage) => storage::answer(&mut state, request),
            None => refusal::misdirected(request),
        };
        let is_undated = reply.faults.is_empty() && reply.header("date").is_none();
        let reply =
            if is_undated { reply.with("date", http_date(state.clock.now())) } else { reply };
        let body = login::recorded_body(service_id, request);
        let at = state.clock.elapsed();
        let made = state.actions[before..].iter().filter(|action| action.by.is_caller);
        let made = made.map(|action| action.id.clone()).collect();
        let limit = api::rate_limit(&request.method, &request.path);
        let arrived =
            Arrived { body, bearer_valid, carried_out: state.carried_out, made, at, limit };
        state.ledger.record(request, arrived, &reply);
        reply
    }

    /// Moves the clock forward: actions progress, tokens and links expire.
    pub fn advance(&self, by: Duration) {
        self.state().clock.advance(by);
    }

    /// Every request so far, in order.
    pub fn ledger(&self) -> Vec<Entry> {
        self.state().ledger.entries()
    }

    /// The number of requests that match a pattern such as `POST /api/machines/{id}/isolate`.
    pub fn sent(&self, pattern: &str) -> usize {
        self.state().ledger.count(pattern)
    }

    /// Forgets the requests so far.
    pub fn clear_ledger(&self) {
        self.state().ledger.clear();
    }

    /// Adds a fault. If several match a request, the one added first applies until it is used up.
    pub fn add_fault(&self, fault: Fault) {
        self.state().faults.add(fault);
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.state().faults.clear();
    }

    /// The faults that have had no effect so far, including removed ones. They matched no request
    /// (a wrong pattern in `on`, a `skip` that was never reached, a request that was never sent) or
    /// changed nothing in the response (a text that does not occur in it).
    pub fn unmatched_faults(&self) -> Vec<Fault> {
        self.state().faults.unmatched()
    }

    /// Makes actions end other than with success.
    pub fn add_outcome(&self, outcome: Outcome) {
        self.state().scenario.outcomes.push(outcome);
    }

    /// Changes the granted roles. As in the real service, tokens that were issued before keep their
    /// roles.
    pub fn set_roles<R: Into<String>>(&self, roles: impl IntoIterator<Item = R>) {
        self.state().scenario.roles = roles.into_iter().map(Into::into).collect();
    }

    /// Revokes every token issued so far (401) without notice to its holder.
    pub fn revoke_tokens(&self) {
        self.state().tokens.revoke();
    }

    /// Carries out a request of another application or user. `route` follows the device in the
    /// path, such as `runliveresponse`. The ledger does not record it, and faults do not apply to
    /// it.
    pub fn request_by_another(
        &self,
        requestor: &str,
        source: &str,
        machine_id: &str,
        route: &str,
        body: &Value,
    ) -> Reply {
        let url = format!("https://api.security.microsoft.com/api/machines/{machine_id}/{route}");
        let request = Request::new("POST", &url)
            .header("content-type", "application/json; charset=utf-8")
            .body(body.to_string());
        let mut state = self.state();
        state.acting = Some(By::another(requestor, source));
        let reply = api::answer_another(&mut state, &request);
        state.acting = None;
        reply
    }

    /// Starts an action, such as `Isolate`, as a user does in the portal: with a different
    /// requestor and comment.
    pub fn start_externally(&self, kind: &'static str, machine_id: &str) {
        external::start(&mut self.state(), kind, machine_id);
    }

    /// Cancels all pending actions on a device, as a user does in the portal.
    pub fn cancel_externally(&self, machine_id: &str) {
        external::cancel(&mut self.state(), machine_id);
    }

    /// Every machine action in the API's current format, oldest first.
    pub fn machine_actions(&self) -> Vec<Value> {
        let state = self.state();
        let now = state.clock.now();
        state.actions.iter().map(|action| action.entity(now)).collect()
    }

    /// The machine actions that reads return: new ones appear only after a delay.
    pub fn visible_machine_actions(&self) -> Vec<Value> {
        let state = self.state();
        let now = state.clock.now();
        let hidden = seconds(state.scenario.propagation_seconds);
        state
            .actions
            .iter()
            .filter(|action| now >= action.created + hidden)
            .map(|action| action.entity(now))
            .collect()
    }

    /// Changes the scenario while the service runs.
    pub fn with_scenario<T>(&self, change: impl FnOnce(&mut Scenario) -> T) -> T {
        change(&mut self.state().scenario)
    }

    /// A panic in another thread has failed the test already, so an inconsistent state does not
    /// matter.
    fn state(&self) -> MutexGuard<'_, ServiceState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
