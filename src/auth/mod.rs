//! Sign-in: OAuth 2.0 client credentials at Entra (RFC 6749 §4.4), and the access token's life.
//!
//! <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow>.

mod claims;
mod refusal;
mod snapshot;
mod token;

pub use claims::Claims;
pub use refusal::refusal;
pub use snapshot::{restore, save};
pub use token::{AccessToken, form, from_answer};
