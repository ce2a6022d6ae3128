//! Limits of how long reading a file may take.

use std::fmt;
use std::time::Duration;

/// A limit that reading a file exceeded, with its value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum DownloadLimit {
    /// [`Limits::download_time`](crate::Limits::download_time).
    Time(Duration),
    /// [`Limits::download_rate`](crate::Limits::download_rate).
    Rate {
        /// The limit.
        bytes_per_second: u64,
        /// For how long fewer came.
        window: Duration,
    },
}

impl fmt::Display for DownloadLimit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(limit) => {
                write!(formatter, "its time of {} s was up", limit.as_secs_f64())
            }
            Self::Rate { bytes_per_second, window } => write!(
                formatter,
                "for {} s fewer than {bytes_per_second} bytes came in a second",
                window.as_secs_f64()
            ),
        }
    }
}
