//! The two servers that take tokens, each its own.

/// A server that takes tokens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Server {
    /// Defender's API.
    Defender,
    /// Microsoft Graph.
    Graph,
}
