//! What is known of a machine.

use super::*;

#[test]
fn the_last_user_is_the_one_seen_last() {
    let users = [
        json!({ "accountName": "a", "accountDomain": "d", "lastSeen": "2026-01-01T00:00:00Z" }),
        json!({ "accountName": "b", "accountDomain": "d", "lastSeen": "2026-01-02T00:00:00Z" }),
        json!({ "id": "c" }),
    ];
    let now = time::macros::datetime!(2026-01-02 03:00 UTC);
    assert_eq!(last_user(&users, now).as_deref(), Some("d\\b, seen 3 h ago"));
    assert_eq!(last_user(&users[2..], now).as_deref(), Some("c"));
    assert_eq!(last_user(&[], now), None);
}

#[test]
fn what_is_not_known_of_a_machine_is_said_to_be_unknown() {
    let target =
        Target { id: "a".into(), name: None, already: Some("Isolate x is Succeeded".into()) };
    let subject = machine(
        ("isolateHost", &target),
        (&[json!({ "id": "b", "osPlatform": "Other" })], &[]),
        None,
    );
    assert_eq!(subject.title, "machine a");
    let unknown: Vec<&str> =
        subject.facts.iter().filter(|(_, value)| value == UNKNOWN).map(|(name, _)| *name).collect();
    assert_eq!(
        unknown,
        ["last user", "system", "last seen", "sensor", "onboarding", "address", "value", "tags"]
    );
    assert_eq!(
        subject.facts.last(),
        Some(&("already so", "Isolate x is Succeeded: nothing will be sent".into()))
    );
    let own = machine(
        ("isolateHost", &target),
        (
            &[json!({ "id": "A", "computerDnsName": "ws" })],
            &[json!({ "id": "a", "isolated": "no" })],
        ),
        Some("u".into()),
    );
    assert_eq!((own.title.as_str(), &own.facts[1]), ("ws", &("last user", "u".to_owned())));
    assert!(own.facts.contains(&("isolated", "no".to_owned())), "{own:?}");
}
