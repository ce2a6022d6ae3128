//! The component with what people and registries want to know of it: custom sections, which engines
//! pass over.
//!
//! They are added when the component is written out and not when it is built: the instances that
//! this host runs do without.

use std::borrow::Cow;

use serde_json::json;
use wasm_encoder::{ComponentSection, CustomSection};
use wasmparser::{Parser, Payload};

use super::contract;

/// Where tools look for a package's documentation.
/// <https://docs.rs/wit-parser/latest/wit_parser/struct.PackageMetadata.html>
pub(super) const DOCUMENTATION: &str = "package-docs";

/// The first byte of that section: its format, which is JSON.
const FORMAT: u8 = 0;

/// The component with its contract, version, licence and description, those that it does not have
/// already.
///
/// Of a component, tools make up the package `root:component` with the world `root`, and document
/// nothing but these. So the whole contract stands over the world: `wasm-tools component wit` shows
/// it.
pub(super) fn labelled(component: &[u8]) -> Vec<u8> {
    let present = sections(component);
    let mut labelled = component.to_vec();
    let documentation = json!({ "worlds": { "root": { "docs": contract::text() } } });
    let sections = [
        (DOCUMENTATION, [&[FORMAT], documentation.to_string().as_bytes()].concat()),
        // The names of the OCI annotations. <https://docs.rs/wasm-metadata/latest/wasm_metadata/>
        ("description", b"Microsoft Defender for Endpoint connector".to_vec()),
        ("licenses", env!("CARGO_PKG_LICENSE").into()),
        ("version", env!("CARGO_PKG_VERSION").into()),
    ];
    for (name, data) in sections {
        if !present.iter().any(|found| found == name) {
            CustomSection { name: name.into(), data: Cow::Owned(data) }
                .append_to_component(&mut labelled);
        }
    }
    labelled
}

/// The names of the component's own custom sections, not those of what is inside it.
pub(super) fn sections(component: &[u8]) -> Vec<String> {
    let mut depth = 0_u32;
    let mut names = Vec::new();
    for payload in Parser::new(0).parse_all(component).flatten() {
        match payload {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::CustomSection(section) if depth == 0 => names.push(section.name().to_owned()),
            _ => {}
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use defender_component::COMPONENT;

    use super::*;

    #[test]
    fn what_is_there_is_not_added_again() {
        let once = labelled(COMPONENT);
        assert!(once.len() > COMPONENT.len() && once.starts_with(COMPONENT));
        assert_eq!(labelled(&once), once);
    }

    #[test]
    fn the_labels_are_the_components_own() {
        let names = sections(&labelled(COMPONENT));
        for name in [DOCUMENTATION, "description", "licenses", "version"] {
            assert_eq!(
                names.iter().filter(|found| *found == name).count(),
                1,
                "{name} in {names:?}"
            );
        }
    }
}
