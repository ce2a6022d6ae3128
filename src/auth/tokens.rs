//! The tokens in hand, one for each server.

use super::{AccessToken, Server};

/// The tokens in hand.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    defender: Option<AccessToken>,
    graph: Option<AccessToken>,
}

impl Tokens {
    /// The token for a server.
    pub fn of(&self, server: Server) -> Option<&AccessToken> {
        match server {
            Server::Defender => self.defender.as_ref(),
            Server::Graph => self.graph.as_ref(),
        }
    }

    /// Puts a token for a server in place of the one before, or none.
    pub fn set(&mut self, server: Server, token: Option<AccessToken>) {
        match server {
            Server::Defender => self.defender = token,
            Server::Graph => self.graph = token,
        }
    }

    /// Takes the tokens of others that live longer than these.
    pub fn add(&mut self, others: Self) {
        for server in [Server::Defender, Server::Graph] {
            let expires_at = |tokens: &Self| tokens.of(server).map(|token| token.expires_at);
            if expires_at(&others) > expires_at(self) {
                self.set(server, others.of(server).cloned());
            }
        }
    }

    /// All tokens.
    pub fn iter(&self) -> impl Iterator<Item = &AccessToken> {
        self.defender.iter().chain(&self.graph)
    }
}
