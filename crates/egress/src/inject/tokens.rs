//! The tokens that a connector was issued, and their stand-ins.

use std::time::{Duration, Instant};

use rustls::crypto::GetRandomFailed;
use zeroize::Zeroizing;

use super::CredentialUse;
use super::secrets::Real;
use super::stand_in;

/// Tokens that are kept; a connector uses two. The oldest one makes room.
const MOST: usize = 64;

/// Longest life of a token; Entra's own is 24 hours, 28 with continuous access evaluation.
const LONGEST_LIFE: Duration = Duration::from_secs(28 * 3600);

/// The tokens that have not expired, oldest first.
#[derive(Clone, Default)]
pub(super) struct Tokens(Vec<Token>);

#[derive(Clone)]
struct Token {
    stand_in: Zeroizing<String>,
    real: Zeroizing<String>,
    used: CredentialUse,
    until: Instant,
}

/// A token and its stand-in, for a host that keeps its connectors' sessions.
pub struct SavedToken {
    /// What the component holds.
    pub stand_in: Zeroizing<String>,
    /// The token.
    pub token: Zeroizing<String>,
    /// Where it is put in.
    pub used: CredentialUse,
    /// How much longer it is kept.
    pub life: Duration,
}

impl std::fmt::Debug for SavedToken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SavedToken").field("life", &self.life).finish_non_exhaustive()
    }
}

impl Tokens {
    /// Returns the stand-in of a token that the service has issued.
    pub(super) fn stand_in(
        &mut self,
        real: &str,
        used: CredentialUse,
        life: Duration,
    ) -> Result<Zeroizing<String>, GetRandomFailed> {
        let known = self.0.iter().position(|token| *token.real == *real && token.used == used);
        let stand_in = match known {
            Some(known) => self.0.remove(known).stand_in,
            None => stand_in::make(real)?,
        };
        self.add(SavedToken {
            stand_in: stand_in.clone(),
            token: Zeroizing::new(real.to_owned()),
            used,
            life,
        });
        Ok(stand_in)
    }

    pub(super) fn add(&mut self, saved: SavedToken) {
        let now = Instant::now();
        self.0.retain(|token| token.until > now && token.stand_in != saved.stand_in);
        if self.0.len() >= MOST {
            self.0.remove(0);
        }
        let SavedToken { stand_in, token: real, used, life } = saved;
        self.0.push(Token { stand_in, real, used, until: now + life.min(LONGEST_LIFE) });
    }

    /// Returns the token that a stand-in stands for, if it is for this use and has not expired.
    pub(super) fn real(&self, stand_in: &str, used: CredentialUse) -> Option<Real<'_>> {
        let now = Instant::now();
        let is_it = |token: &&Token| *token.stand_in == *stand_in && token.used == used;
        let found = self.0.iter().find(is_it).filter(|token| token.until > now);
        found.map(|token| Real { text: &token.real, until: Some(token.until) })
    }

    /// Has every token end after this time at the latest.
    pub(super) fn end_after(&mut self, time: Duration) {
        let end = Instant::now() + time.min(LONGEST_LIFE);
        self.0.iter_mut().for_each(|token| token.until = token.until.min(end));
    }

    /// Every token, expired or not.
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|token| token.real.as_str())
    }

    pub(super) fn saved(&self) -> Vec<SavedToken> {
        let now = Instant::now();
        let saved = |token: &Token| SavedToken {
            stand_in: token.stand_in.clone(),
            token: token.real.clone(),
            used: token.used,
            life: token.until.saturating_duration_since(now),
        };
        self.0.iter().filter(|token| token.until > now).map(saved).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::CredentialUse::{Api, SignIn};
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn a_token_is_forgotten_when_it_expires() {
        let mut tokens = Tokens::default();
        let stand_in = tokens.stand_in("token-token-token", Api, Duration::ZERO).unwrap();
        assert!(tokens.real(&stand_in, Api).is_none() && tokens.saved().is_empty());
        let other = tokens.stand_in("other-other-other", Api, HOUR).unwrap();
        assert_eq!(tokens.0.len(), 1, "the expired one is gone");
        assert_eq!(tokens.real(&other, Api).unwrap().text.as_str(), "other-other-other");
        assert!(tokens.real(&other, SignIn).is_none(), "it is for another use");
        assert!(tokens.saved()[0].life <= HOUR);
        tokens.end_after(Duration::ZERO);
        assert!(tokens.real(&other, Api).is_none());
    }

    #[test]
    fn tokens_are_bounded_in_number_and_life_and_the_oldest_makes_room() {
        let mut tokens = Tokens::default();
        let first = tokens.stand_in("token-token-first", Api, Duration::MAX).unwrap();
        assert!(tokens.saved()[0].life <= LONGEST_LIFE);
        for number in 1..MOST {
            tokens.stand_in(&format!("token-token-{number}"), Api, HOUR).unwrap();
        }
        assert_eq!(tokens.stand_in("token-token-first", Api, HOUR).unwrap(), first, "it is known");
        tokens.stand_in("token-token-last", Api, HOUR).unwrap();
        assert_eq!(tokens.0.len(), MOST);
        assert!(tokens.real(&first, Api).is_some(), "it is used, so the next one made room");
    }

    #[test]
    fn debug_shows_no_token() {
        let mut tokens = Tokens::default();
        let stand_in = tokens.stand_in("marked-marked-marked", Api, HOUR).unwrap();
        let shown = format!("{:?}", tokens.saved());
        assert!(!shown.contains("marked") && !shown.contains(stand_in.as_str()), "{shown}");
    }
}
