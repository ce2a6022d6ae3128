//! The format in which compiled code is cached and passed between processes: a digest ties it to
//! one component, one set of engine settings and one version of this library.

use std::hash::{Hash, Hasher};

use sha2::{Digest, Sha256};
use wasmtime::Engine;

/// The start of sealed code; the digest and the code follow.
pub(super) const MAGIC: &[u8; 16] = b"host-harness.1\r\n";

/// Length of what precedes the code.
pub(super) const HEADER: usize = MAGIC.len() + 32;

/// Identifies a component as it is compiled by an engine.
pub(super) struct Key([u8; 32]);

impl Key {
    pub(super) fn new(engine: &Engine, component: &[u8]) -> Self {
        let mut key = Feed(Sha256::new());
        key.0.update(env!("CARGO_PKG_VERSION"));
        key.0.update(Sha256::digest(component));
        // Covers wasmtime's version, the settings that affect code, and the processor with its
        // features.
        engine.precompile_compatibility_hash().hash(&mut key);
        Self(key.0.finalize().into())
    }

    pub(super) fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Returns the bytes to write in front of the code.
    pub(super) fn header(&self, code: &[u8]) -> [u8; HEADER] {
        let mut header = [0; HEADER];
        let (magic, digest) = header.split_at_mut(MAGIC.len());
        magic.copy_from_slice(MAGIC);
        digest.copy_from_slice(&self.digest(code));
        header
    }

    /// Returns the code if it was sealed with this key and is unaltered.
    pub(super) fn unseal(&self, mut sealed: Vec<u8>) -> Option<Vec<u8>> {
        let (header, code) = sealed.split_first_chunk::<HEADER>()?;
        if *header != self.header(code) {
            return None;
        }
        sealed.drain(..HEADER);
        Some(sealed)
    }

    fn digest(&self, code: &[u8]) -> [u8; 32] {
        Sha256::new_with_prefix(self.0).chain_update(code).finalize().into()
    }
}

/// Adapts a digest to the `Hasher` trait.
struct Feed(Sha256);

impl Hasher for Feed {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Unused: only the digest matters.
    fn finish(&self) -> u64 {
        0
    }
}
