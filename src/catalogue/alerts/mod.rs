//! Alerts: reading them, what they are about, and changing them.

pub(crate) mod entities;
pub(crate) mod read;
pub(crate) mod updates;
