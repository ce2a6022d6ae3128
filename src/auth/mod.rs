//! Sign-in: OAuth 2.0 client credentials with Entra (RFC 6749 §4.4), and the lifetime of access
//! tokens.
//!
//! <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow>.

mod claims;
mod permissions;
mod refusal;
mod token;
mod tokens;

pub use crate::catalogue::Server;
pub use claims::{Claims, resource};
pub use refusal::{help_url, refusal};
pub(crate) use token::is_token;
pub use token::{AccessToken, from_response, token_request_form};
pub use tokens::Tokens;
