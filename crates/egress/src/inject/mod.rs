//! Credentials that stay with the host: a component gets stand-ins, and the egress puts the real
//! ones into its requests.
//!
//! ```text
//! component ── client_secret=STAND-IN ──▶ egress ── client_secret=SECRET ──▶ sign-in
//!           ◀─ "access_token":"STAND-IN" ─       ◀─ "access_token":"TOKEN" ─
//!           ── authorization: Bearer STAND-IN ─▶ ── authorization: Bearer TOKEN ─▶ API
//! ```

mod answer;
mod form;
mod mask;
mod points;
mod secrets;
mod stand_in;
mod tokens;
mod traffic;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use points::InjectionPoints;
pub use secrets::{CredentialUse, StandIns};
pub use tokens::SavedToken;

use crate::InvalidSetting;
use secrets::Secrets;
use tokens::Tokens;

/// The credentials of one connector, which its components do not get. Cheap to clone; clones share
/// them.
///
/// A component gets stand-ins: random texts, or its JWTs with another signature. One that it sends
/// anywhere but to an [`InjectionPoints`] goes out as it is, and is worth nothing there.
///
/// - A secret is put into a form (`application/x-www-form-urlencoded`, at most 64 KiB, POST) to a
///   sign-in origin, where a field for credentials has its stand-in as its whole value.
/// - The response to such a form has stand-ins in place of its tokens: `access_token`,
///   `refresh_token`, `id_token`. It must be JSON without a content coding, of at most 64 KiB.
/// - An access token is put into the `authorization` header of a request to an API origin.
/// - What the server repeats of them in its response is overwritten with asterisks, unless it has a
///   content coding.
///
/// At most 64 tokens are kept, each until it expires or the secret does that it was issued for, and
/// 4 sets of secrets.
#[derive(Clone, Default)]
pub struct Credentials {
    state: Arc<Mutex<State>>,
}

#[derive(Clone, Default)]
struct State {
    points: InjectionPoints,
    secrets: Secrets,
    tokens: Tokens,
}

impl Credentials {
    /// Sets where they are put in; nowhere by default.
    pub fn inject_at(&self, points: InjectionPoints) {
        self.state().points = points;
    }

    /// Returns where they are put in.
    pub fn points(&self) -> InjectionPoints {
        self.state().points.clone()
    }

    /// Makes stand-ins for secrets; a known secret keeps the one that it has. None of them is put
    /// in before [`Credentials::keep`].
    ///
    /// # Errors
    ///
    /// `InvalidSetting` if the system has no random numbers.
    pub fn stand_ins(&self, secrets: &[(CredentialUse, &str)]) -> Result<StandIns, InvalidSetting> {
        self.state().secrets.stand_ins(secrets).map_err(|_| InvalidSetting {
            setting: "stand_ins",
            value: "(secrets)".to_owned(),
            problem: "the system has no random numbers".to_owned(),
        })
    }

    /// Puts these secrets in from now on. The stand-ins of earlier ones end after this time, which
    /// is for calls in progress.
    pub fn keep(&self, set: StandIns, time: Duration) {
        self.state().secrets.keep(set, time);
    }

    /// Has the stand-ins of all tokens end after this time: others are to be issued.
    pub fn end_tokens(&self, time: Duration) {
        self.state().tokens.end_after(time);
    }

    /// Returns the tokens that have not expired: the state of a connector to keep, as a secret.
    pub fn tokens(&self) -> Vec<SavedToken> {
        self.state().tokens.saved()
    }

    /// Takes over a token from [`Credentials::tokens`].
    pub fn add_token(&self, token: SavedToken) {
        self.state().tokens.add(token);
    }

    /// Takes over everything from another connector.
    pub fn take_over(&self, other: &Self) {
        let state = other.state().clone();
        *self.state() = state;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Credentials")
            .field("points", &self.points())
            .finish_non_exhaustive()
    }
}
