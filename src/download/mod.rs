//! Downloads a file in pieces, never holding all of it.

mod open;

use std::time::Duration;

use percent_encoding::percent_decode_str;
use serde_json::Value;
use sha2::{Digest, Sha256};
use url::Url;

use crate::client::OpenResponse;
use crate::config::Limits;
use crate::error::{Error, Kind, Retry};
use crate::hex::hex;
use crate::json::object;
use crate::response::{Sanitizer, error_kind};
use crate::transport::Body;

pub use open::open;

/// A file being read.
pub struct Download {
    name: String,
    size: Option<u64>,
    read: u64,
    body: Box<dyn Body>,
    digest: Sha256,
    max_bytes: u64,
    /// How long one read may wait.
    wait: Duration,
    source_job: Option<SourceJob>,
    state: State,
}

/// The machine action that produced a file.
#[derive(Clone, Debug)]
pub struct SourceJob {
    /// Its identifier.
    pub id: String,
    /// The action that opens the file again without starting anything.
    pub reopen_action: &'static str,
}

impl SourceJob {
    /// Adds to an error that the machine action succeeded, so that it is not started again for its
    /// file.
    pub fn wrap_error(&self, error: Error) -> Error {
        let Self { id, reopen_action } = self;
        let message = format!(
            "Machine action {id} succeeded, but its file could not be read: open it with `{reopen_action}`. {}",
            error.message()
        );
        let job = object(&mut [("id", Value::from(id.as_str()))]);
        error.with_message(message).with_retry(Retry::Unknown).with_detail("machineAction", job)
    }
}

enum State {
    Reading,
    Ended(String),
    Broken(Error),
}

/// Maximum number of bytes per read.
const MAX_PIECE: u32 = 1 << 20;

impl Download {
    /// Creates a download from an opened response, within the download limits.
    pub fn new(
        url: &Url,
        opened: OpenResponse,
        clean: &Sanitizer,
        limits: &Limits,
        source_job: Option<SourceJob>,
    ) -> Self {
        let disposition = opened.head.header("content-disposition").and_then(file_name);
        let segment = || {
            url.path_segments()?
                .next_back()
                .map(|text| percent_decode_str(text).decode_utf8_lossy().into_owned())
        };
        let name = clean.text(&disposition.or_else(segment).unwrap_or_default());
        let size = opened.head.header("content-length").and_then(|text| text.parse().ok());
        let name = match name.strip_suffix(".gz") {
            Some(inner) if opened.unwrapped => inner.to_owned(),
            _ => name,
        };
        let name = if name.is_empty() { "result".to_owned() } else { name };
        let (max_bytes, wait) = (limits.max_download_bytes, limits.read_timeout);
        Self {
            name,
            size,
            read: 0,
            body: opened.body,
            digest: Sha256::new(),
            max_bytes,
            wait,
            source_job,
            state: State::Reading,
        }
    }

    /// The file name that the service gives. Do not trust it as a path.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file's size in bytes, if the service announces it.
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// Returns the next bytes, at most `max`; empty at the end.
    ///
    /// # Errors
    ///
    /// The file ended too early; every later read fails in the same way.
    pub fn read(&mut self, max: u32) -> Result<Vec<u8>, Error> {
        match &self.state {
            State::Ended(_) => return Ok(Vec::new()),
            State::Broken(error) => return Err(error.clone()),
            State::Reading => {}
        }
        let piece = match self.body.read(max.clamp(1, MAX_PIECE) as usize, self.wait) {
            Ok(piece) => piece,
            Err(failure) => {
                return Err(self.broken(error_kind(failure), &failure.description()));
            }
        };
        self.read += piece.len() as u64;
        self.digest.update(&piece);
        if self.read > self.max_bytes {
            let problem =
                format!("it is larger than {} bytes (`limits.maxDownloadBytes`)", self.max_bytes);
            return Err(self.broken(Kind::MalformedResponse, &problem));
        }
        match self.size {
            Some(size) if self.read > size => {
                Err(self.broken(Kind::MalformedResponse, "it is longer than announced"))
            }
            Some(size) if piece.is_empty() && self.read < size => {
                Err(self.broken(Kind::MalformedResponse, "it is shorter than announced"))
            }
            _ => {
                if piece.is_empty() {
                    self.state = State::Ended(hex(&self.digest.finalize_reset()));
                }
                Ok(piece)
            }
        }
    }

    /// SHA-256 of the whole file, available at the end.
    pub fn sha256(&self) -> Option<&str> {
        match &self.state {
            State::Ended(digest) => Some(digest),
            State::Reading | State::Broken(_) => None,
        }
    }

    fn broken(&mut self, kind: Kind, problem: &str) -> Error {
        let message =
            format!("The file is incomplete after {} bytes: {problem}; open it again.", self.read);
        let error = Error::new(kind, message).with_retry(Retry::After(5000));
        let error = self
            .source_job
            .as_ref()
            .map_or(error.clone(), |source_job| source_job.wrap_error(error));
        self.state = State::Broken(error.clone());
        error
    }
}

/// Parses the file name in a `Content-Disposition` (RFC 6266), plain or quoted.
fn file_name(header: &str) -> Option<String> {
    let at = header.to_ascii_lowercase().find("filename=")?;
    let value = header[at..].split_once('=')?.1.trim();
    let name = match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => value.split(';').next(),
    };
    name.map(|name| name.trim().to_owned())
}
