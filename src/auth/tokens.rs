//! Stores the current token of each server.

use super::{AccessToken, Server};

/// The current tokens.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    defender: Option<AccessToken>,
    graph: Option<AccessToken>,
}

impl Tokens {
    /// The token for a server.
    pub fn get(&self, server: Server) -> Option<&AccessToken> {
        match server {
            Server::Defender => self.defender.as_ref(),
            Server::Graph => self.graph.as_ref(),
        }
    }

    /// Replaces or removes the token for a server.
    pub fn set(&mut self, server: Server, token: Option<AccessToken>) {
        match server {
            Server::Defender => self.defender = token,
            Server::Graph => self.graph = token,
        }
    }

    /// Takes over tokens that live longer than the current ones.
    pub fn add(&mut self, others: Self) {
        for server in [Server::Defender, Server::Graph] {
            let expires_at = |tokens: &Self| tokens.get(server).map(|token| token.expires_at);
            if expires_at(&others) > expires_at(self) {
                self.set(server, others.get(server).cloned());
            }
        }
    }

    /// All tokens.
    pub fn iter(&self) -> impl Iterator<Item = &AccessToken> {
        self.defender.iter().chain(&self.graph)
    }
}
