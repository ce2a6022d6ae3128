//! One machine's part of an operation.

use serde_json::Value;

use crate::error::Error;
use crate::outcome::Warning;
use crate::response::Record;
use crate::shape::Input;

/// One machine's part of an operation, and how far it is.
#[derive(Debug)]
pub(crate) struct Task {
    /// What was named, with what it stands for: shown in the result of many.
    pub(super) target: Value,
    /// The parameters, with the machine's own `id`.
    pub(super) params: Input,
    /// Another part that is about the same machine and does the work.
    pub(super) same_as: Option<usize>,
    /// The machine action, once there is one.
    pub(super) record: Option<Record>,
    /// Whether it had been started before.
    pub(super) adopted: bool,
    /// The result, if it is not the machine action itself.
    pub(super) data: Option<String>,
    /// What to know about it although it went well.
    pub(super) warnings: Vec<Warning>,
    /// Why it failed, if it did.
    pub(super) error: Option<Error>,
}

impl Task {
    /// A part that is still to be done.
    pub(super) fn new(target: Value, params: Input) -> Self {
        Self {
            target,
            params,
            same_as: None,
            record: None,
            adopted: false,
            data: None,
            warnings: Vec::new(),
            error: None,
        }
    }

    /// The machine's device ID.
    pub(super) fn machine(&self) -> &str {
        self.params.text("id").unwrap_or_default()
    }

    /// Whether nothing has come of it yet.
    pub(super) fn is_open(&self) -> bool {
        self.same_as.is_none() && self.error.is_none() && self.record.is_none() && self.data.is_none()
    }

    /// Takes a machine action over that had been started before.
    pub(super) fn adopt(&mut self, record: Record) {
        self.record = Some(record);
        self.adopted = true;
    }
}
