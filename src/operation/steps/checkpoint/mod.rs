//! An operation's state as text: `version.connector.checksum.JSON`.
//!
//! It contains no secrets of ours and no results; script arguments only until the jobs are known,
//! then their digests. Anyone who can write it can also compute a new checksum, so every value in
//! it is checked like a parameter.

mod read;
mod write;

pub(super) use read::read;
pub(super) use write::write;

use crate::config::Settings;
use crate::digest::short_sha256;

/// The version that is written. Newer ones are rejected, every released one can be read.
const VERSION: u32 = 1;

/// Length of a checksum in hexadecimal digits.
const CHECKSUM_DIGITS: usize = 16;

/// Eight hexadecimal digits of the digest of each setting that a checkpoint is bound to.
fn fingerprint(settings: &Settings) -> String {
    parts(settings).iter().map(|(_, part)| short_sha256(part, 8)).collect()
}

fn parts(settings: &Settings) -> [(&'static str, &str); 4] {
    [
        ("tenant", &settings.tenant_id),
        ("application", &settings.client_id),
        ("sign-in address", settings.login.as_str()),
        ("API address", settings.api.as_str()),
    ]
}
