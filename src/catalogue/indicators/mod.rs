//! Indicators: one at a time, and many in one request.

pub(crate) mod batches;
pub(crate) mod single;
