//! The secrets of a connector, and their stand-ins.

use std::collections::VecDeque;

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
pub(super) struct Secrets(VecDeque<Vec<Secret>>);

impl Secrets {
    /// Makes stand-ins. A secret that is known has the one that it had.
    pub(super) fn stand_ins(
        &self,
        secrets: &[(CredentialUse, &str)],
    ) -> Result<StandIns, GetRandomFailed> {
        let stand_in = |(used, real): &(CredentialUse, &str)| {
            let known = self.iter().find(|known| *known.real == *real && known.used == *used);
            Ok(match known {
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

    /// Keeps a set. The oldest one is forgotten.
    pub(super) fn keep(&mut self, set: StandIns) {
        let is_same = |latest: &Vec<Secret>| {
            latest.len() == set.0.len()
                && latest.iter().zip(&set.0).all(|(one, other)| one.stand_in == other.stand_in)
        };
        if !self.0.front().is_some_and(is_same) {
            self.0.push_front(set.0);
            self.0.truncate(SETS);
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Secret> {
        self.0.iter().flatten()
    }

    /// Returns the secret that a stand-in stands for, if it is for this use.
    pub(super) fn real(&self, stand_in: &str, used: CredentialUse) -> Option<&Zeroizing<String>> {
        let found = self.iter().find(|secret| *secret.stand_in == *stand_in && secret.used == used);
        found.map(|secret| &secret.real)
    }
}

#[cfg(test)]
mod tests {
    use super::CredentialUse::{Api, SignIn};
    use super::*;

    #[test]
    fn a_known_secret_keeps_its_stand_in_and_the_oldest_set_is_forgotten() {
        let mut secrets = Secrets::default();
        let mut made = Vec::new();
        for number in 0..=SETS {
            let secret = format!("client-secret-number-{number}");
            let set = secrets.stand_ins(&[(SignIn, &secret)]).unwrap();
            let stand_in = set.iter().next().unwrap().to_owned();
            assert!(secrets.real(&stand_in, SignIn).is_none(), "it is not kept yet");
            secrets.keep(set);
            let again = secrets.stand_ins(&[(SignIn, &secret)]).unwrap();
            assert_eq!(again.iter().next(), Some(stand_in.as_str()));
            secrets.keep(again);
            made.push(stand_in);
        }
        assert!(secrets.real(&made[0], SignIn).is_none());
        for stand_in in &made[1..] {
            assert!(secrets.real(stand_in, SignIn).is_some());
            assert!(secrets.real(stand_in, Api).is_none(), "it is for another use");
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let set = Secrets::default().stand_ins(&[(Api, "marked-marked-marked")]).unwrap();
        assert!(!format!("{set:?}").contains("marked"));
    }
}
