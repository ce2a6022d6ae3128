//! Claims of an access token. They are used for advice only: the API verifies the signature and
//! decides access.

use base64ct::{Base64, Encoding};

use crate::response::{Caller, Members, Sanitizer};

/// Maximum number of permissions to show; Defender has fewer.
const MAX_PERMISSIONS: usize = 100;

/// Microsoft Graph's own application ID, in every cloud.
const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

/// Audiences that Defender's API is known to accept, in addition to the one in the scope.
/// <https://learn.microsoft.com/en-us/defender-endpoint/api/exposed-apis-create-app-webapp>.
const KNOWN_AUDIENCES: &[&str] = &[
    "https://api.securitycenter.microsoft.com",
    "https://api.securitycenter.windows.com",
    "https://securitycenter.onmicrosoft.com/windowsatpservice",
    "fc780465-2017-40d4-a0c5-307022471b92",
];

/// Audiences of the related XDR API, which has different permissions: Defender for Endpoint's API
/// rejects such tokens, although both share the address.
const XDR_AUDIENCES: &[&str] =
    &["https://api.security.microsoft.com", "8ee8fdad-f234-4243-8f3b-15c294843740"];

/// Permissions that only the XDR API has.
const XDR_ROLES: &[&str] =
    &["AdvancedHunting.Read.All", "Incident.Read.All", "Incident.ReadWrite.All"];

/// The claims that the connector uses.
/// <https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference>.
#[derive(Clone, Debug, Default)]
pub struct Claims {
    /// The API that the token is for.
    pub aud: String,
    /// Permissions: of an application its `roles`, of a person the scopes in `scp`.
    pub permissions: Vec<String>,
    /// Whether the token is that of a person who signed in.
    pub delegated: bool,
    /// Expiry as Unix time.
    pub exp: Option<u64>,
    /// The tenant that issued it.
    pub tenant_id: Option<String>,
    /// Who the token was issued to.
    pub caller: Caller,
}

impl Claims {
    /// Parses the claims of a token; `None` if the token is opaque.
    pub fn parse(token: &str) -> Option<Self> {
        let mut parts = token.split('.');
        let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
        let payload = from_base64url(payload)?;
        let members = Members::parse(&payload)?;
        let values = |names: &[&str]| names.iter().filter_map(|name| members.text(name)).collect();
        let scopes = members.text("scp");
        Some(Self {
            aud: members.text("aud").unwrap_or_default(),
            delegated: scopes.is_some(),
            permissions: match scopes {
                Some(scopes) => scopes.split_ascii_whitespace().map(str::to_owned).collect(),
                None => members.texts("roles"),
            },
            exp: members.number("exp"),
            tenant_id: members.text("tid"),
            caller: Caller {
                ids: values(&["appid", "azp", "oid"]),
                names: values(&["app_displayname", "name"]),
                users: values(&["upn", "unique_name", "preferred_username"]),
                known: true,
            },
        })
    }

    /// Whether the token is for Microsoft Graph, given Graph's scope.
    pub fn is_for_graph(&self, scope: &str) -> bool {
        self.is_for(resource(scope)) || self.is_for(GRAPH)
    }

    /// Whether the token is for this resource.
    pub fn is_for(&self, resource: &str) -> bool {
        self.aud.trim_end_matches('/') == resource
    }

    /// The API that the token is for, without a trailing slash.
    pub fn audience(&self) -> &str {
        self.aud.trim_end_matches('/')
    }

    /// Whether the token is for Defender for Endpoint's API, given its scope.
    pub fn is_for_defender(&self, scope: &str) -> bool {
        let aud = self.audience();
        KNOWN_AUDIENCES.contains(&aud) || aud == resource(scope)
    }

    /// Whether the token is for the XDR API, judging by its audience or permissions.
    pub fn is_for_xdr(&self) -> bool {
        XDR_AUDIENCES.contains(&self.audience())
            || self.permissions.iter().any(|role| XDR_ROLES.contains(&role.as_str()))
    }

    /// The permissions, sanitised for display.
    pub fn sanitized_permissions(&self, clean: &Sanitizer) -> Vec<String> {
        self.permissions.iter().take(MAX_PERMISSIONS).map(|name| clean.text(name)).collect()
    }
}

/// Converts a scope to the resource that an audience names.
pub fn resource(scope: &str) -> &str {
    scope.strip_suffix("/.default").unwrap_or(scope).trim_end_matches('/')
}

/// Decodes Base64url (RFC 4648 §5), with or without padding. Converts it to the standard alphabet,
/// because that decoder is linked already.
fn from_base64url(text: &str) -> Option<Vec<u8>> {
    let common = |c: char| match c {
        '-' => '+',
        '_' => '/',
        // Not in the URL alphabet: map to characters that the standard decoder rejects.
        '+' | '/' => '-',
        other => other,
    };
    let mut text: String = text.trim_end_matches('=').chars().map(common).collect();
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    Base64::decode_vec(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64url_is_read_and_the_common_alphabet_is_not() {
        for (text, bytes) in [
            ("", Some(&b""[..])),
            ("YQ", Some(b"a")),
            ("YQ==", Some(b"a")),
            ("YWI", Some(b"ab")),
            ("YWJj", Some(b"abc")),
            ("-_-_", Some(&[0xfb, 0xff, 0xbf])),
            ("+/+/", None),
            ("YWJjZ", None),
            ("YQ=a", None),
            ("Y Q", None),
            ("\u{e9}", None),
        ] {
            assert_eq!(from_base64url(text).as_deref(), bytes, "{text}");
        }
    }
}
