//! Indicators: single ones, and batches.

pub(crate) mod batches;
pub(crate) mod single;
