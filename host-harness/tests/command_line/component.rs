//! `component`: the embedded component, for other hosts.

use sha2::{Digest, Sha256};

use crate::world::Folder;

/// The magic number, then version 13 of layer 1: a component, not a module (whose version is 1 and whose layer is 0).
const HEADER: [u8; 8] = *b"\0asm\x0d\0\x01\0";

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_component_is_written_whole_and_with_the_digest_that_is_printed() {
    let folder = Folder::new();
    folder.write("connector.wasm", "an older one");
    let text = folder.call("component -o connector.wasm").ends(0).stdout;
    let bytes = folder.read("connector.wasm");
    assert!(bytes.starts_with(&HEADER), "{:?}", &bytes[..8]);
    assert_eq!(text.split_whitespace().next(), Some(sha256(&bytes).as_str()), "{text}");

    let document = folder.call("component -o again.wasm --json").succeeds();
    assert_eq!(document["data"]["path"], "again.wasm");
    assert_eq!(document["data"]["bytes"], bytes.len());
    assert_eq!(document["data"]["sha256"], sha256(&bytes));
    assert_eq!(folder.read("again.wasm"), bytes);
    assert_eq!(folder.names(), ["again.wasm", "connector.wasm"]);
}

#[test]
fn a_place_that_cannot_be_written_to_is_a_failure() {
    let folder = Folder::new();
    folder.call("component -o nowhere/connector.wasm --json").fails(1, "internal");
    assert!(folder.names().is_empty());
}
