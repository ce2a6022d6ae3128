//! A date or a time without a zone is of the user's own.

use crate::inside::Inside;

#[test]
fn a_date_without_a_zone_is_local_and_the_utc_is_said() {
    let inside = Inside::new();
    for (zone, given, taken) in [
        ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-11-28", "2026-11-27T23:00:00Z"),
        ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-07-28T08:30", "2026-07-28T06:30:00Z"),
        ("UTC0", "2026-11-28", "2026-11-28T00:00:00Z"),
    ] {
        let ran = inside.call(&format!("alerts --since {given}")).env("TZ", zone).ends(0);
        assert!(ran.stderr.contains(&format!("note: since {taken}\n")), "{}", ran.stderr);
        let list = format!("run getActions -p creationDateTimeUtc.ge={given}");
        let ran = inside.call(&list).env("TZ", zone).ends(0);
        let note = format!("note: creationDateTimeUtc.ge {taken}\n");
        assert!(ran.stderr.contains(&note), "{}", ran.stderr);
        let ledger = inside.service().ledger();
        let sent = |path: &str| {
            let filter =
                |query: &str| query.contains(taken) || query.contains(&taken.replace(':', "%3A"));
            ledger.iter().any(|entry| entry.path == path && filter(&entry.query))
        };
        assert!(sent("/api/alerts") && sent("/api/machineactions"), "{ledger:#?}");
    }
    // A time with its zone needs no note.
    let ran = inside.call("alerts --since 2026-11-28T00:00:00Z").env("TZ", "CET-1").ends(0);
    assert!(!ran.stderr.contains("note:"), "{}", ran.stderr);
}
