//! Failed checks of the connector's own test.

use host_harness::Step;

use super::{Application, grant};

/// What to do about a failed check, in addition to what it says itself.
pub(crate) fn step(step: &Step, application: &Application) -> Vec<String> {
    // What the service gave a code of its own has been said by the connector, who knows it.
    let mut lines = match step.code.as_deref() {
        Some(code) if !is_connector_s(code) => Vec::new(),
        _ => by_name(&step.name, application),
    };
    lines.extend(step.help.as_ref().map(|url| format!("More: {url}")));
    lines
}

/// What to do about a failed check of that name.
pub(crate) fn by_name(name: &str, application: &Application) -> Vec<String> {
    let advice = match name {
        "roles" => return grant(&[], application),
        "token" => {
            "Check `oAuthServerUrl` and `cloud`: what answers there is not the tenant's login server."
        }
        "audience" => "Leave `oAuthScope` out of the settings: `cloud` has the right one.",
        "read" => {
            "Check `apiUrl` and `cloud`. If they are right, Microsoft's support can find the request by its ID."
        }
        _ => return Vec::new(),
    };
    vec![advice.to_owned()]
}

/// Whether a code is the connector's own, which are in kebab-case, and not the service's.
pub(crate) fn is_connector_s(code: &str) -> bool {
    code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use host_harness::StepStatus;

    use super::*;

    fn failed(name: &str, code: Option<&str>, help: Option<&str>) -> Vec<String> {
        let application =
            Application::of(r#"{"tenantId": "t", "clientId": "c"}"#, Some("https://login.example"));
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let (name, detail, code, help) =
            (name.to_owned(), "no".to_owned(), owned(code), owned(help));
        super::step(
            &Step {
                name,
                status: StepStatus::Failed,
                detail,
                duration: Duration::ZERO,
                code,
                help,
            },
            &application,
        )
    }

    #[test]
    fn every_check_has_its_advice() {
        for (name, code, words) in [
            ("token", "malformed-response", "oAuthServerUrl"),
            ("audience", "wrong-audience", "oAuthScope"),
            ("roles", "no-roles", "admin consent"),
            ("read", "not-found", "apiUrl"),
        ] {
            assert!(failed(name, Some(code), None).concat().contains(words), "{name}");
        }
        assert!(failed("other", None, None).is_empty());
    }

    #[test]
    fn a_refusal_of_the_service_leads_to_its_own_page_alone() {
        let page = "https://login.example/error?code=1";
        assert_eq!(failed("token", Some("Refused"), Some(page)), [format!("More: {page}")]);
        assert_eq!(failed("token", Some("invalid_client"), None), [""; 0]);
    }
}
