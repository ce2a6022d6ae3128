//! Sign-in: OAuth 2.0 client credentials at Entra (RFC 6749 §4.4), and the access token's life.
//!
//! <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow>.

mod claims;
mod refusal;
mod token;
mod tokens;

pub use crate::catalogue::Server;
pub use claims::{Claims, resource};
pub use refusal::{help, refusal};
pub use token::{AccessToken, form, from_answer};
pub use tokens::Tokens;
