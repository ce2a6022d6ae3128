//! HTTP methods.

/// The HTTP methods that the connector uses.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "RFC 9110 §9 and RFC 5789")]
pub enum Method {
    Get,
    Post,
    Patch,
    Delete,
}

impl Method {
    /// Returns the method's token (RFC 9110 §9.1).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}
