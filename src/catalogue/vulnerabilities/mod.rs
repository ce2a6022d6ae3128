//! Vulnerability management: findings, software, recommendations, scores and exports.

pub(crate) mod export_files;
pub(crate) mod exports;
pub(crate) mod list;
pub(crate) mod recommendations;
pub(crate) mod scores;
pub(crate) mod software;
