//! A result that is a file, read in pieces and never held whole.

mod open;

use std::time::Duration;

use percent_encoding::percent_decode_str;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::client::OpenAnswer;
use crate::config::Limits;
use crate::error::{Error, Kind, Retry};
use crate::hex::hex;
use crate::json::object;
use crate::response::{Sanitizer, kind_of};
use crate::transport::{Address, Body};

pub use open::open;

/// A file being read.
pub struct Download {
    name: String,
    size: Option<u64>,
    read: u64,
    body: Box<dyn Body>,
    digest: Sha256,
    most: u64,
    /// How long one read may wait.
    wait: Duration,
    started: Option<Started>,
    state: State,
}

/// The machine action that was started for a file.
#[derive(Clone, Debug)]
pub struct Started {
    /// Its identifier.
    pub id: String,
    /// The action that opens the file again, without starting anything.
    pub again: &'static str,
}

impl Started {
    /// A failure to read the file, told so that nobody starts the machine action once more for it.
    pub fn told(&self, error: Error) -> Error {
        let Self { id, again } = self;
        let message = format!(
            "Machine action {id} succeeded; its file could not be read: open it with `{again}`. {}",
            error.message()
        );
        let shown = object(&mut [("id", Value::from(id.as_str()))]);
        error.with_message(message).with_retry(Retry::Unknown).with_detail("machineAction", shown)
    }
}

enum State {
    Reading,
    Ended(String),
    Broken(Error),
}

/// Greatest piece that is read at once.
const MAX_PIECE: u32 = 1 << 20;

impl Download {
    /// A file whose head has come, within the limits of downloads.
    pub fn new(
        url: &Address,
        opened: OpenAnswer,
        clean: &Sanitizer,
        limits: &Limits,
        started: Option<Started>,
    ) -> Self {
        let disposition = opened.head.header("content-disposition").and_then(file_name);
        let segment = || {
            let last = url.path().rsplit('/').next()?;
            Some(percent_decode_str(last).decode_utf8_lossy().into_owned())
        };
        let name = clean.text(&disposition.or_else(segment).unwrap_or_default());
        let size = opened.head.header("content-length").and_then(|text| text.parse().ok());
        let name = match name.strip_suffix(".gz") {
            Some(inner) if opened.unwrapped => inner.to_owned(),
            _ => name,
        };
        let name = if name.is_empty() { "result".to_owned() } else { name };
        let (most, wait) = (limits.max_download_bytes, limits.read_timeout);
        Self {
            name,
            size,
            read: 0,
            body: opened.body,
            digest: Sha256::new(),
            most,
            wait,
            started,
            state: State::Reading,
        }
    }

    /// The name that the service gives it. Never a path to trust.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many bytes there are in all, if the service says so.
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// The next bytes, at most `max`; empty at the end.
    ///
    /// # Errors
    ///
    /// The file ended before its time; every later read fails in the same way.
    pub fn read(&mut self, max: u32) -> Result<Vec<u8>, Error> {
        match &self.state {
            State::Ended(_) => return Ok(Vec::new()),
            State::Broken(error) => return Err(error.clone()),
            State::Reading => {}
        }
        let piece = match self.body.read(max.clamp(1, MAX_PIECE) as usize, self.wait) {
            Ok(piece) => piece,
            Err(failure) => {
                return Err(self.broken(kind_of(failure), &failure.words()));
            }
        };
        self.read += piece.len() as u64;
        self.digest.update(&piece);
        if self.read > self.most {
            let words =
                format!("more than {} bytes are not taken (`limits.maxDownloadBytes`)", self.most);
            return Err(self.broken(Kind::MalformedResponse, &words));
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

    /// SHA-256 of all bytes, after the end.
    pub fn sha256(&self) -> Option<&str> {
        match &self.state {
            State::Ended(digest) => Some(digest),
            State::Reading | State::Broken(_) => None,
        }
    }

    fn broken(&mut self, kind: Kind, words: &str) -> Error {
        let message =
            format!("The file is incomplete after {} bytes: {words}; open it again.", self.read);
        let error = Error::new(kind, message).with_retry(Retry::After(5000));
        let error = self.started.as_ref().map_or(error.clone(), |started| started.told(error));
        self.state = State::Broken(error.clone());
        error
    }
}

/// The file name in a `Content-Disposition` (RFC 6266), plain or quoted.
fn file_name(header: &str) -> Option<String> {
    let at = header.to_ascii_lowercase().find("filename=")?;
    let value = header[at..].split_once('=')?.1.trim();
    let name = match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => value.split(';').next(),
    };
    name.map(|name| name.trim().to_owned())
}
