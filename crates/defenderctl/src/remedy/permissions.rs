//! Missing permissions: which, where to grant them, and who must consent.

use host_harness::Permission;

use super::Application;

/// What Entra calls Defender for Endpoint's API, in every cloud.
const DEFENDER: &str = "APIs my organization uses → WindowsDefenderATP";
const GRAPH: &str = "Microsoft APIs → Microsoft Graph";

/// The permissions of Graph that the catalogue knows begin so; all others are Defender's.
const OF_GRAPH: [&str; 2] = ["SecurityIncident.", "ThreatHunting."];

/// Every missing permission, once, in the order in which the actions need them.
pub(crate) fn missing(permissions: &[Permission]) -> Vec<String> {
    let mut missing: Vec<String> = Vec::new();
    for name in permissions.iter().flat_map(|permission| &permission.missing) {
        if !missing.contains(name) {
            missing.push(name.clone());
        }
    }
    missing
}

/// How to grant these permissions; without any, how to grant some.
pub(crate) fn grant(permissions: &[String], application: &Application) -> Vec<String> {
    let (graph, defender): (Vec<&str>, Vec<&str>) = permissions
        .iter()
        .map(String::as_str)
        .partition(|name| OF_GRAPH.iter().any(|of| name.starts_with(of)));
    let line = |names: &[&str], api: &str| {
        let names = if names.is_empty() {
            "the permissions that you need".to_owned()
        } else {
            names.join(", ")
        };
        format!(
            "Grant {names}: {} → API permissions → Add a permission → {api} → {}.",
            application.page(),
            application.kind_of_permissions()
        )
    };
    let mut lines = Vec::new();
    if !defender.is_empty() || graph.is_empty() {
        lines.push(line(&defender, DEFENDER));
    }
    if !graph.is_empty() {
        lines.push(line(&graph, GRAPH));
    }
    let here = application.consent_url().map(|url| format!(", or at {url}")).unwrap_or_default();
    lines.push(format!(
        "Then an administrator must give consent: `Grant admin consent` on the same page{here}"
    ));
    lines.push(
        "It shows in tokens that are issued afterwards: test again in a few minutes.".to_owned(),
    );
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(names: &[&str]) -> Vec<String> {
        let application =
            Application::of(r#"{"tenantId": "t", "clientId": "c"}"#, Some("https://login.example"));
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        grant(&names, &application)
    }

    #[test]
    fn each_permission_is_granted_where_its_api_is() {
        let lines = granted(&["Machine.Isolate", "ThreatHunting.Read.All", "Machine.Scan"]);
        assert!(granted(&["SecurityIncident.Read.All"])[0].contains(GRAPH));
        assert!(
            lines[0].starts_with("Grant Machine.Isolate, Machine.Scan: ")
                && lines[0].contains(DEFENDER)
        );
        assert!(lines[1].starts_with("Grant ThreatHunting.Read.All: ") && lines[1].contains(GRAPH));
        assert!(
            lines[2].ends_with("https://login.example/t/adminconsent?client_id=c"),
            "{lines:?}"
        );
        assert!(granted(&["ThreatHunting.Read.All"])[0].contains(GRAPH));
        assert!(granted(&[])[0].contains(DEFENDER));
        let application = Application::of("{}", None).with_given_token(true);
        let lines = grant(&["Machine.Read".to_owned()], &application);
        assert!(lines[0].contains("Delegated permissions"), "{lines:?}");
    }

    #[test]
    fn a_permission_that_many_actions_lack_is_missing_once() {
        let lacks = |missing: &[&str]| Permission {
            action: "a".into(),
            granted: false,
            missing: missing.iter().map(|name| (*name).to_owned()).collect(),
        };
        assert_eq!(missing(&[lacks(&["B", "A"]), lacks(&[]), lacks(&["A"])]), ["B", "A"]);
    }
}
