//! Who the connector is at the service, according to its token.

use serde_json::Value;

use crate::auth::Claims;
use crate::client::Client;
use crate::json::object;

/// The readable parts of a token. The token itself is not among them.
pub(super) fn read(client: &Client<'_>, claims: &Claims, graph: Option<&Claims>) -> Value {
    let clean = client.sanitizer();
    let first = |texts: &[String]| texts.first().map(|text| clean.text(text));
    let mut roles = claims.sanitized_permissions(&clean);
    for role in graph.into_iter().flat_map(|graph| graph.sanitized_permissions(&clean)) {
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    let valid = claims.exp.map(|exp| exp.saturating_sub(client.now().as_secs()));
    object(&mut [
        ("tenantId", Value::from(claims.tenant_id.as_deref().map(|id| clean.text(id)))),
        ("applicationId", Value::from(first(&claims.caller.ids))),
        ("name", Value::from(first(&claims.caller.names))),
        ("user", Value::from(first(&claims.caller.users))),
        ("delegated", Value::from(claims.delegated)),
        ("roles", Value::from(roles)),
        ("validForSeconds", Value::from(valid)),
    ])
}
