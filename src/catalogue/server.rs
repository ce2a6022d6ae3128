//! The two servers that accept tokens; each needs its own.

/// A server that accepts tokens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Server {
    /// Defender's API.
    Defender,
    /// Microsoft Graph.
    Graph,
}
