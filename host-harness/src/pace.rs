//! How long reading a file may take, and how slowly it may come.

use std::time::Duration;

use crate::{DownloadLimit, HostError, Limits};

/// What reading a file has taken so far. The time between two reads does not count.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    received: u64,
    taken: Duration,
    /// The same since the rate was last looked at.
    of_window: u64,
    window: Duration,
    exceeded: Option<DownloadLimit>,
}

impl Pace {
    /// Returns how long the next read may take.
    ///
    /// # Errors
    ///
    /// A limit was exceeded before.
    pub(crate) fn left(&self, limits: &Limits) -> Result<Duration, HostError> {
        match self.exceeded {
            None => Ok(limits.download_time.saturating_sub(self.taken)),
            Some(limit) => Err(HostError::SlowDownload { limit, received: self.received }),
        }
    }

    /// Counts a read, of no bytes at the end of the file.
    ///
    /// # Errors
    ///
    /// It came too slowly.
    pub(crate) fn add(
        &mut self,
        limits: &Limits,
        bytes: usize,
        took: Duration,
    ) -> Result<(), HostError> {
        let received = bytes as u64;
        self.received += received;
        self.of_window += received;
        self.taken += took;
        self.window += took;
        if received == 0 || self.window < limits.download_window {
            return Ok(());
        }
        let least = u128::from(limits.download_rate) * self.window.as_millis() / 1000;
        if u128::from(self.of_window) < least {
            let window = limits.download_window;
            let rate = DownloadLimit::Rate { bytes_per_second: limits.download_rate, window };
            return Err(self.exceed(rate));
        }
        (self.of_window, self.window) = (0, Duration::ZERO);
        Ok(())
    }

    /// Records that the file is not read any further.
    pub(crate) fn exceed(&mut self, limit: DownloadLimit) -> HostError {
        self.exceeded = Some(limit);
        HostError::SlowDownload { limit, received: self.received }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn limits() -> Limits {
        Limits {
            download_time: 100 * SECOND,
            download_rate: 10,
            download_window: 5 * SECOND,
            ..Limits::default()
        }
    }

    #[test]
    fn what_comes_fast_enough_on_average_is_read_until_its_time_is_up() {
        let mut pace = Pace::default();
        for _ in 0..20 {
            pace.add(&limits(), 0, 4 * SECOND).unwrap();
            pace.add(&limits(), 50, SECOND).unwrap();
        }
        assert_eq!(pace.left(&limits()).unwrap(), Duration::ZERO);
    }

    #[test]
    fn what_comes_too_slowly_is_given_up_for_good() {
        let mut pace = Pace::default();
        for _ in 0..4 {
            pace.add(&limits(), 9, SECOND).unwrap();
        }
        for error in
            [pace.add(&limits(), 9, SECOND).unwrap_err(), pace.left(&limits()).unwrap_err()]
        {
            let HostError::SlowDownload { limit: DownloadLimit::Rate { .. }, received } = error
            else {
                unreachable!("{error:?}")
            };
            assert_eq!(received, 45);
        }
    }

    #[test]
    fn the_end_of_a_file_is_never_too_slow() {
        assert!(Pace::default().add(&limits(), 0, 60 * SECOND).is_ok());
    }
}
