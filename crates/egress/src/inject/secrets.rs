//! The secrets of a connector, and their stand-ins.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use rustls::crypto::GetRandomFailed;
use zeroize::Zeroizing;

use super::stand_in;

/// Sets of secrets that are kept: those in use, and earlier ones that calls in progress may still
/// sign in with.
const SETS: usize = 4;

/// Where a credential is put in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CredentialUse {
    /// In a field of a sign-in form.
    SignIn,
    /// In the `authorization` header, as a bearer token (RFC 6750 §2.1).
    Api,
}

/// A secret and its stand-in.
#[derive(Clone)]
pub(super) struct Secret {
    pub(super) stand_in: Zeroizing<String>,
    pub(super) real: Zeroizing<String>,
    pub(super) used: CredentialUse,
}

/// What is put in for a stand-in.
#[derive(Clone, Copy)]
pub(super) struct Real<'a> {
    pub(super) text: &'a Zeroizing<String>,
    /// When it ends, if it does.
    pub(super) until: Option<Instant>,
}

/// Stand-ins for a set of secrets. They are worth nothing until
/// [`Credentials::keep`](super::Credentials::keep).
pub struct StandIns(pub(super) Vec<Secret>);

impl StandIns {
    /// Returns the stand-ins, in the order of the secrets.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|secret| secret.stand_in.as_str())
    }
}

impl std::fmt::Debug for StandIns {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("StandIns").field(&self.0.len()).finish()
    }
}

/// The kept sets, latest first.
#[derive(Clone, Default)]
pub(super) struct Secrets(VecDeque<Set>);

#[derive(Clone)]
struct Set {
    secrets: Vec<Secret>,
    /// When it ends; `None` for the one in use.
    until: Option<Instant>,
}

impl Set {
    fn is_over(&self) -> bool {
        self.until.is_some_and(|until| until <= Instant::now())
    }
}

impl Secrets {
    /// Makes stand-ins. A secret that is known has the one that it had.
    pub(super) fn stand_ins(
        &self,
        secrets: &[(CredentialUse, &str)],
    ) -> Result<StandIns, GetRandomFailed> {
        let stand_in = |(used, real): &(CredentialUse, &str)| {
            let mut known = self.in_use().map(|(known, _)| known);
            Ok(match known.find(|known| *known.real == *real && known.used == *used) {
                Some(known) => known.clone(),
                None => Secret {
                    stand_in: stand_in::make(real)?,
                    real: Zeroizing::new((*real).to_owned()),
                    used: *used,
                },
            })
        };
        secrets.iter().map(stand_in).collect::<Result<_, _>>().map(StandIns)
    }

    /// Keeps a set. Those of before end after this time, and the oldest one is forgotten.
    pub(super) fn keep(&mut self, set: StandIns, time: Duration) {
        self.0.retain(|set| !set.is_over());
        let is_same = |latest: &Set| {
            let Set { secrets, until } = latest;
            until.is_none()
                && secrets.len() == set.0.len()
                && secrets.iter().zip(&set.0).all(|(one, other)| one.stand_in == other.stand_in)
        };
        if self.0.front().is_some_and(is_same) {
            return;
        }
        let end = Instant::now().checked_add(time);
        self.0.iter_mut().for_each(|set| set.until = set.until.or(end));
        self.0.push_front(Set { secrets: set.0, until: None });
        self.0.truncate(SETS);
    }

    /// Every secret, in use or not.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Secret> {
        self.0.iter().flat_map(|set| &set.secrets)
    }

    /// The secrets in use, each with its end.
    fn in_use(&self) -> impl Iterator<Item = (&Secret, Option<Instant>)> {
        let sets = self.0.iter().filter(|set| !set.is_over());
        sets.flat_map(|set| set.secrets.iter().map(|secret| (secret, set.until)))
    }

    /// Returns the secret that a stand-in stands for, if it is for this use, and when it ends.
    pub(super) fn real(&self, stand_in: &str, used: CredentialUse) -> Option<Real<'_>> {
        let mut found = self.in_use();
        found
            .find(|(secret, _)| *secret.stand_in == *stand_in && secret.used == used)
            .map(|(secret, until)| Real { text: &secret.real, until })
    }
}

#[cfg(test)]
mod tests {
    use super::CredentialUse::{Api, SignIn};
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn a_known_secret_keeps_its_stand_in_and_the_oldest_set_is_forgotten() {
        let mut secrets = Secrets::default();
        let mut made = Vec::new();
        for number in 0..=SETS {
            let secret = format!("client-secret-number-{number}");
            let set = secrets.stand_ins(&[(SignIn, &secret)]).unwrap();
            let stand_in = set.iter().next().unwrap().to_owned();
            assert!(secrets.real(&stand_in, SignIn).is_none(), "it is not kept yet");
            secrets.keep(set, HOUR);
            let again = secrets.stand_ins(&[(SignIn, &secret)]).unwrap();
            assert_eq!(again.iter().next(), Some(stand_in.as_str()));
            secrets.keep(again, HOUR);
            made.push(stand_in);
        }
        assert!(secrets.real(&made[0], SignIn).is_none());
        for stand_in in &made[1..] {
            assert!(secrets.real(stand_in, SignIn).is_some());
            assert!(secrets.real(stand_in, Api).is_none(), "it is for another use");
        }
    }

    #[test]
    fn a_set_that_was_replaced_ends_after_its_time() {
        let mut secrets = Secrets::default();
        let mut configure = |secret: &str, time| {
            let set = secrets.stand_ins(&[(SignIn, secret)]).unwrap();
            let stand_in = set.iter().next().unwrap().to_owned();
            secrets.keep(set, time);
            (stand_in, secrets.clone())
        };
        let (first, _) = configure("the-first-secret-of-all", HOUR);
        let (second, both) = configure("the-second-secret-of-all", HOUR);
        let end = both.real(&first, SignIn).unwrap().until.unwrap();
        assert!(
            end <= Instant::now() + HOUR && both.real(&second, SignIn).unwrap().until.is_none()
        );
        let (third, last) = configure("the-third-secret-of-all", Duration::ZERO);
        assert!(last.real(&second, SignIn).is_none() && last.real(&third, SignIn).is_some());
        assert_eq!(last.real(&first, SignIn).unwrap().until, Some(end), "it keeps its end");
        let (again, _) = configure("the-second-secret-of-all", HOUR);
        assert_ne!(again, second, "what has ended is worth nothing for good");
    }

    #[test]
    fn debug_shows_no_secret() {
        let set = Secrets::default().stand_ins(&[(Api, "marked-marked-marked")]).unwrap();
        assert!(!format!("{set:?}").contains("marked"));
    }
}
