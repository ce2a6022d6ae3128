//! The two servers that take tokens, each its own.

use crate::config::{Endpoint, Settings};

/// A server that takes tokens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Server {
    /// Defender's API.
    Defender,
    /// Microsoft Graph.
    Graph,
}

impl Server {
    /// Its address.
    pub fn endpoint(self, settings: &Settings) -> &Endpoint {
        match self {
            Self::Defender => &settings.api,
            Self::Graph => &settings.graph,
        }
    }

    /// The scope of its tokens.
    pub fn scope(self, settings: &Settings) -> &str {
        match self {
            Self::Defender => &settings.scope,
            Self::Graph => &settings.graph_scope,
        }
    }
}
