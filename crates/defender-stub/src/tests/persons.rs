//! Tokens of a person who signed in.

use super::super::{Person, TokenRules};
use super::*;

fn client(scopes: &[&str]) -> Client {
    let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
    let person = Some(Person { name: "jdoe@contoso.example".to_owned(), scopes });
    Client::new(Scenario {
        token: TokenRules { person, ..TokenRules::default() },
        ..Scenario::default()
    })
}

#[test]
fn a_person_s_token_has_permissions_by_their_own_names() {
    let client = client(&["Machine.Read", "Machine.Isolate", "ThreatHunting.Read.All"]);
    let payload = client.token.split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(
        &base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, payload)
            .unwrap(),
    )
    .unwrap();
    assert_eq!(claims["scp"], "Machine.Read Machine.Isolate", "those of this API");
    assert_eq!((&claims["upn"], claims.get("roles")), (&json!("jdoe@contoso.example"), None));
    assert_eq!(client.get("/api/machines").status, 200);
    assert_eq!(client.isolate(demo::WINDOWS).status, 201);
    let refused = client.get("/api/alerts");
    let text = "Missing application scopes. API required scopes: Alert.Read,Alert.ReadWrite, \
                application scopes: Machine.Read,Machine.Isolate.";
    assert_eq!((refused.status, &body(&refused)["error"]["message"]), (403, &json!(text)));
}

#[test]
fn some_operations_need_another_permission_of_a_person() {
    let quarantine = |client: &Client| {
        let path = format!("/api/machines/{}/StopAndQuarantineFile", demo::WINDOWS);
        client.post(&path, &json!({ "Comment": "c", "Sha1": demo::FILE_SHA1 })).status
    };
    assert_eq!(quarantine(&client(&["Machine.StopAndQuarantine"])), 201);
    assert_eq!(quarantine(&client(&["Machine.Read"])), 403);
    let link = "/api/machineactions/a/getPackageUri";
    assert_eq!(client(&["Machine.Read"]).get(link).status, 403);
    assert_ne!(client(&["Machine.CollectForensics"]).get(link).status, 403);
}
