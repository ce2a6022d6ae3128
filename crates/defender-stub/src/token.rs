//! Access tokens: issued by the login endpoint, verified by the API.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

/// The claims of a token.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Claims {
    pub(crate) aud: String,
    pub(crate) iss: String,
    pub(crate) tid: String,
    pub(crate) appid: String,
    /// Omitted without consented roles, as Entra does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) roles: Vec<String>,
    /// A person's permissions, with blanks between; omitted for an application.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) scp: String,
    /// The person's name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) upn: String,
    pub(crate) iat: i64,
    pub(crate) nbf: i64,
    pub(crate) exp: i64,
    /// The token's own id.
    pub(crate) uti: String,
    pub(crate) ver: String,
}

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadToken {
    Signature,
    NotYet,
    Expired,
}

/// The key that signs tokens.
#[derive(Debug)]
pub(crate) struct Tokens {
    key: [u8; 32],
    /// The key for result links, which remain valid after tokens are revoked.
    links: [u8; 32],
}

impl Tokens {
    pub(crate) fn new() -> Self {
        Self { key: random_key(), links: random_key() }
    }

    /// Revokes every token issued so far by replacing the key.
    pub(crate) fn revoke(&mut self) {
        self.key = random_key();
    }

    /// Signs a token.
    pub(crate) fn issue(&self, claims: &Claims) -> jsonwebtoken::errors::Result<String> {
        jsonwebtoken::encode(
            &Header::new(Algorithm::HS256),
            claims,
            &EncodingKey::from_secret(&self.key),
        )
    }

    /// A signature of a text, which only this service can make.
    pub(crate) fn seal(&self, text: &str) -> String {
        // Signing with a symmetric key cannot fail. An empty signature would match nothing but
        // itself.
        jsonwebtoken::crypto::sign(
            text.as_bytes(),
            &EncodingKey::from_secret(&self.links),
            Algorithm::HS256,
        )
        .unwrap_or_default()
    }

    /// The claims of a token, if this service issued it and it is valid at `now`.
    pub(crate) fn claims(&self, token: &str, now: OffsetDateTime) -> Result<Claims, BadToken> {
        let mut validation = Validation::new(Algorithm::HS256);
        // Times are compared with the stub's own clock below; each service checks the audience
        // itself.
        validation.validate_exp = false;
        validation.validate_aud = false;
        let key = DecodingKey::from_secret(&self.key);
        let claims = jsonwebtoken::decode::<Claims>(token, &key, &validation)
            .map_err(|_| BadToken::Signature)?
            .claims;
        let now = now.unix_timestamp();
        if claims.nbf > now {
            return Err(BadToken::NotYet);
        }
        if claims.exp <= now {
            return Err(BadToken::Expired);
        }
        Ok(claims)
    }
}

/// 244 random bits: two version 4 identifiers.
fn random_key() -> [u8; 32] {
    let mut key = [0; 32];
    key[..16].copy_from_slice(Uuid::new_v4().as_bytes());
    key[16..].copy_from_slice(Uuid::new_v4().as_bytes());
    key
}
