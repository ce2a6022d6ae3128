//! `component`: the embedded component, for other hosts.

use sha2::{Digest, Sha256};

use crate::world::Folder;

/// The magic number, then version 13 of layer 1: a component, not a module (whose version is 1 and
/// whose layer is 0).
const HEADER: [u8; 8] = *b"\0asm\x0d\0\x01\0";

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_component_is_written_whole_and_with_the_digest_that_is_printed() {
    let folder = Folder::new();
    folder.write("connector.wasm", "an older one");
    let text = folder.call("component export -o connector.wasm").ends(0).stdout;
    let bytes = folder.read("connector.wasm");
    assert!(bytes.starts_with(&HEADER), "{:?}", &bytes[..8]);
    assert_eq!(text.split_whitespace().next(), Some(sha256(&bytes).as_str()), "{text}");

    let document = folder.call("component export -o again.wasm --json").succeeds();
    assert_eq!(document["data"]["path"], "again.wasm");
    assert_eq!(document["data"]["bytes"], bytes.len());
    assert_eq!(document["data"]["sha256"], sha256(&bytes));
    assert_eq!(folder.read("again.wasm"), bytes);
    assert_eq!(folder.names(), ["again.wasm", "connector.wasm"]);
}

#[test]
fn the_contract_is_inside_and_engines_pass_over_it() {
    let folder = Folder::new();
    folder.call("component export -o connector.wasm").ends(0);
    let bytes = folder.read("connector.wasm");
    for words in ["package-docs", "Checks settings and secrets and applies them."] {
        assert!(bytes.windows(words.len()).any(|window| window == words.as_bytes()), "{words}");
    }
    let embedded = folder.call("actions --json").ends(0).stdout;
    assert_eq!(folder.call("actions --json --plugin connector.wasm").ends(0).stdout, embedded);
}

#[test]
fn the_contract_is_written_as_a_package() {
    let folder = Folder::new();
    folder.call("component export -o connector.wasm --wit new/wit").ends(0);
    for name in [
        "world.wit",
        "connector.wit",
        "operations.wit",
        "downloads.wit",
        "session.wit",
        "types.wit",
    ] {
        let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit").join(name);
        assert_eq!(
            folder.read(&format!("new/wit/{name}")),
            std::fs::read(source).expect("a file"),
            "{name}"
        );
    }
    let names = std::fs::read_dir(folder.path("new/wit")).expect("a folder").count();
    assert_eq!(names, 6);
    folder.write("file", "in the way");
    folder.call("component export -o other.wasm --wit file --json").fails(1, "internal");
    assert!(!folder.path("other.wasm").exists(), "what could not be done whole was begun");
}

#[test]
fn a_place_that_cannot_be_written_to_is_a_failure() {
    let folder = Folder::new();
    folder.call("component export -o nowhere/connector.wasm --json").fails(1, "internal");
    assert!(folder.names().is_empty());
}

#[test]
fn a_component_with_another_digest_than_was_asked_for_is_not_loaded() {
    let folder = Folder::new();
    let said = folder.call("component export -o connector.wasm").ends(0).stderr;
    let pinned = said.split_whitespace().last().expect("a word").to_owned();
    let digest = sha256(&folder.read("connector.wasm"));
    assert_eq!(pinned, format!("sha256:{digest}@connector.wasm"));
    folder.call(&format!("actions --json --plugin {pinned}")).ends(0);
    // Nothing looks at what it is: it is not even WebAssembly.
    folder.write("connector.wasm", "another");
    let ran = folder.call(&format!("actions --plugin {pinned}")).ends(2);
    for named in [digest, sha256(b"another")] {
        assert!(ran.stderr.contains(&named), "{}", ran.stderr);
    }
    for wrong in ["sha256:0@connector.wasm", "sha256:connector.wasm"] {
        let ran = folder.call(&format!("actions --plugin {wrong}")).ends(2);
        assert!(ran.stderr.contains("sha256:HEX@FILE"), "{}", ran.stderr);
    }
}
