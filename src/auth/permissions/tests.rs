//! The names of permissions in both kinds of token.

use super::*;
use crate::catalogue::CATALOGUE;

/// Every permission of the catalogue as an application has it, and as a person has it, according to
/// the pages of the operations that need it.
const NAMES: &[(&str, &str)] = &[
    ("AdvancedQuery.Read.All", "AdvancedQuery.Read"),
    ("Alert.Read.All", "Alert.Read"),
    ("Alert.ReadWrite.All", "Alert.ReadWrite"),
    ("File.Read.All", "File.Read.All"),
    ("Ip.Read.All", "Ip.Read.All"),
    ("Library.Manage", "Library.Manage"),
    ("Machine.CollectForensics", "Machine.CollectForensics"),
    ("Machine.Isolate", "Machine.Isolate"),
    ("Machine.LiveResponse", "Machine.LiveResponse"),
    ("Machine.Offboard", "Machine.Offboard"),
    ("Machine.Read.All", "Machine.Read"),
    ("Machine.ReadWrite.All", "Machine.ReadWrite"),
    ("Machine.RestrictExecution", "Machine.RestrictExecution"),
    ("Machine.Scan", "Machine.Scan"),
    ("Machine.StopAndQuarantine", "Machine.StopAndQuarantine"),
    ("RemediationTasks.Read.All", "RemediationTask.Read"),
    ("Score.Read.All", "Score.Read"),
    ("SecurityIncident.Read.All", "SecurityIncident.Read.All"),
    ("SecurityIncident.ReadWrite.All", "SecurityIncident.ReadWrite.All"),
    ("SecurityRecommendation.Read.All", "SecurityRecommendation.Read"),
    ("Software.Read.All", "Software.Read"),
    ("ThreatHunting.Read.All", "ThreatHunting.Read.All"),
    ("Ti.ReadWrite", "Ti.ReadWrite"),
    ("Ti.ReadWrite.All", "Ti.ReadWrite"),
    ("URL.Read.All", "URL.Read.All"),
    ("User.Read.All", "User.Read.All"),
    ("Vulnerability.Read.All", "Vulnerability.Read"),
];

fn person(scopes: &[&str]) -> Claims {
    let permissions = scopes.iter().map(|&scope| scope.to_owned()).collect();
    Claims { permissions, delegated: true, ..Claims::default() }
}

fn action(name: &str) -> &'static Action {
    CATALOGUE.iter().find(|action| action.name == name).unwrap()
}

#[test]
fn every_permission_of_the_catalogue_has_the_documented_name_in_a_person_s_token() {
    let of_catalogue = CATALOGUE.iter().flat_map(|action| {
        action.roles.iter().copied().flatten().map(|role| (action.server(), *role))
    });
    let mut known: Vec<&str> = Vec::new();
    for (server, role) in of_catalogue {
        let documented = NAMES.iter().find(|(name, _)| *name == role);
        assert_eq!(documented.map(|(_, name)| *name), Some(scope(server, role)), "{role}");
        known.push(role);
    }
    assert!(NAMES.iter().all(|(name, _)| known.contains(name)), "no name without an action");
    for (name, _) in OTHERS {
        assert!(!action(name).roles.is_empty(), "{name}");
    }
}

#[test]
fn a_person_lacks_only_what_the_token_does_not_have_by_that_name() {
    let claims = person(&["Machine.Read", "Machine.LiveResponse", "RemediationTask.Read.Read"]);
    for name in ["getAgentList", "runScript", "getActionResults", "getRemediationTasks"] {
        assert!(claims.grants(action(name)) && claims.missing(action(name)).is_empty(), "{name}");
    }
    for (name, missing) in [
        ("isolateHost", "Machine.Isolate"),
        ("getAlerts", "Alert.Read"),
        ("stopAndQuarantineFile", "Machine.StopAndQuarantine"),
        ("getPackageLink", "Machine.CollectForensics"),
        ("getIncidents", "SecurityIncident.Read.All"),
        ("getIndicators", "Ti.ReadWrite"),
    ] {
        assert_eq!(claims.missing(action(name)), [missing], "{name}");
        assert!(!claims.grants(action(name)), "{name}");
    }
    for (name, once) in
        [("getIndicators", "Ti.ReadWrite"), ("stopAndQuarantineFile", "Machine.StopAndQuarantine")]
    {
        assert_eq!(
            claims.required(action(name)),
            Value::from(vec![vec![once]]),
            "{name}: not twice"
        );
    }
}

#[test]
fn of_a_token_that_stands_for_the_whole_person_nothing_is_known() {
    let claims = person(&["user_impersonation"]);
    for action in CATALOGUE {
        assert!(claims.missing(action).is_empty(), "{}", action.name);
        assert_eq!(claims.grants(action), action.roles.is_empty(), "{}", action.name);
    }
    // The name means nothing among an application's.
    let application = Claims { delegated: false, ..claims };
    assert_eq!(application.missing(action("isolateHost")), ["Machine.Isolate"]);
}
