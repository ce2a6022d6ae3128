//! State shared by all instances of a connector, which outlives each of them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use zeroize::Zeroizing;

/// The active config and session. Both have revision numbers, so that an instance can tell whether
/// it is up to date.
#[derive(Default)]
pub(crate) struct Common {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The arguments of the last successful `configure`.
    settings: Option<Arc<Settings>>,
    settings_number: u64,
    /// The session published by the most recently finished call.
    session: Option<Arc<Zeroizing<String>>>,
    session_number: u64,
}

/// A config with its secrets, wiped from the host's memory when it is no longer active.
pub(crate) struct Settings {
    pub(crate) config: Zeroizing<String>,
    pub(crate) secrets: Zeroizing<String>,
    /// Where the connector signs in with them, once it has said so.
    pub(crate) sign_in: Vec<String>,
}

impl Settings {
    pub(crate) fn new(config: &str, secrets: &str) -> Self {
        Self {
            config: Zeroizing::new(config.to_owned()),
            secrets: Zeroizing::new(secrets.to_owned()),
            sign_in: Vec::new(),
        }
    }

    /// Whether the component gets the same.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.config == other.config && self.secrets == other.secrets
    }
}

impl Common {
    /// Returns the active config and its revision.
    pub(crate) fn settings(&self) -> (u64, Option<Arc<Settings>>) {
        let state = self.state();
        (state.settings_number, state.settings.clone())
    }

    /// Returns the latest session and its revision.
    pub(crate) fn session(&self) -> (u64, Option<Arc<Zeroizing<String>>>) {
        let state = self.state();
        (state.session_number, state.session.clone())
    }

    /// Activates a config and returns its revision. Clears the previous config's session.
    pub(crate) fn configure(&self, settings: Settings) -> u64 {
        let mut state = self.state();
        state.settings = Some(Arc::new(settings));
        state.settings_number += 1;
        state.session = None;
        state.settings_number
    }

    /// Publishes a session and returns its revision; `None` if the config that it belongs to is no
    /// longer active.
    pub(crate) fn publish(&self, settings_number: u64, snapshot: String) -> Option<u64> {
        let mut state = self.state();
        let snapshot = Zeroizing::new(snapshot);
        if settings_number != state.settings_number {
            return None;
        }
        state.session = Some(Arc::new(snapshot));
        state.session_number += 1;
        Some(state.session_number)
    }

    /// Discards a session that was rejected, unless a newer one has been published.
    pub(crate) fn forget_session(&self, number: u64) {
        let mut state = self.state();
        if state.session_number == number {
            state.session = None;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(common: &Common) -> Option<String> {
        common.session().1.map(|session| session.to_string())
    }

    #[test]
    fn a_session_of_settings_that_are_no_longer_in_force_is_not_kept() {
        let common = Common::default();
        let first = common.configure(Settings::new("{}", "{}"));
        assert_eq!(common.publish(first, "a".into()), Some(1));
        let second = common.configure(Settings::new("{}", "{}"));
        assert_eq!(text(&common), None);
        assert_eq!(common.publish(first, "late".into()), None);
        assert_eq!(common.publish(second, "b".into()), Some(2));
        assert_eq!(text(&common).as_deref(), Some("b"));
    }

    #[test]
    fn a_refused_session_does_not_take_a_newer_one_along() {
        let common = Common::default();
        let settings = common.configure(Settings::new("{}", "{}"));
        let refused = common.publish(settings, "a".into()).unwrap();
        common.publish(settings, "b".into()).unwrap();
        common.forget_session(refused);
        assert_eq!(text(&common).as_deref(), Some("b"));
    }
}
