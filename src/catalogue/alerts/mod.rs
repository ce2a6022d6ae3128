//! Alerts: reading them, their entities, and changing them.

pub(crate) mod entities;
pub(crate) mod read;
pub(crate) mod updates;
