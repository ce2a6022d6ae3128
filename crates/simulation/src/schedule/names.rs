//! Machines whose records make names ambiguous or misleading, and the machine that each name means.

use defender_stub::{Machine, demo};

/// A name and the device ID of its machine; `None` if it matches none, or is ambiguous.
pub(super) type Named = (&'static str, Option<&'static str>);

/// Names that are unambiguous.
pub(super) const PLAIN: [Named; 4] = [
    ("ws-ops-014.example.test", Some(demo::WINDOWS)),
    ("WS-OPS-014", Some(demo::WINDOWS)),
    ("srv-web-003.example.test", Some(demo::LINUX)),
    ("srv-old-009", Some(demo::OFFLINE)),
];

/// Names that must be resolved through the records of [`machines`].
pub(super) const DIFFICULT: [Named; 18] = [
    ("ws-fin-002", Some(demo::DUPLICATE_NEW)),
    ("kiosk", None),
    ("kiosk.example.test", None),
    ("printer-lab", None),
    ("nobody", None),
    // Merged into a record that was merged into a third; the name now belongs to another machine.
    ("ws-chain", None),
    ("ws-moved", Some("c4a1000000000000000000000000000000000013")),
    ("ws-circle", None),
    ("ws-case", None),
    ("ws-gone", None),
    // One is marked as a potential duplicate of the other, which has long been silent.
    ("ws-half", None),
    ("ws-case-b", Some("ca5e000000000000000000000000000000000b22")),
    // The same letter as one code point or two: only the spelling in the record matches.
    ("b\u{fc}ro-01", Some("4fc0010000000000000000000000000000000000")),
    ("bu\u{308}ro-01", None),
    ("b\u{fc}ro-02", None),
    ("bu\u{308}ro-02.example.test", Some("4fd0020000000000000000000000000000000000")),
    ("b\u{fc}ro-03", Some("4fc0030000000000000000000000000000000000")),
    ("bu\u{308}ro-03", Some("4fd0030000000000000000000000000000000000")),
];

/// Names that a single request for the whole list can resolve.
pub(super) const SHARED: [Named; 5] = [
    ("ws-ops-014", Some(demo::WINDOWS)),
    ("ws-fin-002", Some(demo::DUPLICATE_NEW)),
    ("kiosk", None),
    ("kiosk.example.test", None),
    ("srv-web-003", Some(demo::LINUX)),
];

/// The machines behind the difficult names.
pub(crate) fn machines() -> Vec<Machine> {
    let id = |text: &str| format!("{text}{}", &"0".repeat(40)[text.len()..]);
    let machine =
        |id_: &str, name: &str| Machine::new(id(id_), format!("{name}.example.test"), "10.20.40.1");
    let merged = |id_: &str, name: &str, into: &str| Machine {
        merged_into_machine_id: Some(if into.len() == 40 { into.to_owned() } else { id(into) }),
        ..machine(id_, name)
    };
    vec![
        merged("c4a101", "ws-chain", "c4a102"),
        merged("c4a102", "ws-chain-2", "c4a103"),
        machine("c4a103", "ws-renamed"),
        machine("c4a104", "ws-chain"),
        Machine {
            merged_into_machine_id: Some("c4a1000000000000000000000000000000000012".to_owned()),
            ..machine("c4a111", "ws-moved")
        },
        Machine {
            id: "c4a1000000000000000000000000000000000012".to_owned(),
            merged_into_machine_id: Some("C4A1000000000000000000000000000000000013".to_owned()),
            ..machine("", "ws-moved-2")
        },
        Machine {
            id: "c4a1000000000000000000000000000000000013".to_owned(),
            ..machine("", "ws-moved-3")
        },
        merged("c1c1e1", "ws-circle", "c1c1e2"),
        merged("c1c1e2", "ws-circle-2", "c1c1e1"),
        machine("c1c1e3", "ws-circle"),
        Machine {
            merged_into_machine_id: Some(id("ca5e02").to_ascii_uppercase()),
            ..machine("ca5e01", "ws-case")
        },
        machine("ca5e02", "ws-case-new"),
        machine("ca5e03", "ws-case"),
        Machine {
            merged_into_machine_id: Some("CA5E000000000000000000000000000000000B22".to_owned()),
            ..machine("ca5e21", "ws-case-b")
        },
        Machine {
            id: "ca5e000000000000000000000000000000000b22".to_owned(),
            ..machine("", "ws-case-c")
        },
        merged("906e01", "ws-gone", "906e99"),
        machine("906e02", "ws-gone"),
        machine("4fc001", "b\u{fc}ro-01"),
        machine("4fd002", "bu\u{308}ro-02"),
        machine("4fc003", "b\u{fc}ro-03"),
        machine("4fd003", "bu\u{308}ro-03"),
        Machine { is_potential_duplication: true, ..machine("4a1f01", "ws-half") },
        Machine { health_status: "Inactive".to_owned(), ..machine("4a1f02", "ws-half") },
    ]
}
