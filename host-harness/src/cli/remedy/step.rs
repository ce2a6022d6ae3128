//! Failed checks of the connector's own test.

use super::{Application, grant, sign_in};

/// What to do about a failed check, by its name and its sentence.
pub(crate) fn step(name: &str, detail: &str, application: &Application) -> Vec<String> {
    if let Some(advice) = sign_in(detail, application) {
        return advice;
    }
    let advice = match name {
        "roles" => return grant(&[], application),
        "token" => "Check `oAuthServerUrl` and `cloud`: what answers there is not the tenant's login server.",
        "audience" => "Leave `oAuthScope` out of the settings: `cloud` has the right one.",
        "read" => "Check `apiUrl` and `cloud`. If they are right, Microsoft's support can find the request by its id.",
        _ => return Vec::new(),
    };
    vec![advice.to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_has_its_advice() {
        let application = Application::of(r#"{"tenantId": "t", "clientId": "c"}"#, Some("https://login.example"));
        for (name, detail, words) in [
            ("token", "(code AADSTS7000215)", "Client secrets"),
            ("token", "an answer that is none", "oAuthServerUrl"),
            ("audience", "for another API", "oAuthScope"),
            ("roles", "none", "admin consent"),
            ("read", "404", "apiUrl"),
        ] {
            assert!(step(name, detail, &application).concat().contains(words), "{name}");
        }
        assert!(step("other", "x", &application).is_empty());
    }
}
