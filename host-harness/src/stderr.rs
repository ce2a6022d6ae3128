//! Captures the component's stderr for developers; bounded, keeping the most recent output.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wasmtime_wasi::async_trait;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};

/// A writer that never fails or blocks and discards the oldest output.
#[derive(Clone, Debug)]
pub(crate) struct Stderr {
    kept: Arc<Mutex<VecDeque<u8>>>,
    capacity: usize,
}

impl Stderr {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { kept: Arc::default(), capacity }
    }

    pub(crate) fn text(&self) -> String {
        let kept: Vec<u8> = self.lock().iter().copied().collect();
        String::from_utf8_lossy(&kept).into_owned()
    }

    fn push(&self, bytes: &[u8]) {
        let mut kept = self.lock();
        let latest = &bytes[bytes.len().saturating_sub(self.capacity)..];
        let excess = (kept.len() + latest.len()).saturating_sub(self.capacity);
        kept.drain(..excess);
        kept.extend(latest);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<u8>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl IsTerminal for Stderr {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Stderr {
    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }

    /// The WASI 0.3 path, which no component here uses.
    fn async_stream(&self) -> Box<dyn tokio::io::AsyncWrite + Send + Sync> {
        Box::new(tokio::io::sink())
    }
}

#[async_trait]
impl Pollable for Stderr {
    async fn ready(&mut self) {}
}

impl OutputStream for Stderr {
    fn write(&mut self, bytes: bytes::Bytes) -> StreamResult<()> {
        self.push(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(self.capacity.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_bytes_are_kept() {
        let stderr = Stderr::new(4);
        stderr.push(b"ab");
        stderr.push(b"cde");
        assert_eq!(stderr.text(), "bcde");
        stderr.push(b"0123456789");
        assert_eq!(stderr.text(), "6789");
    }
}
