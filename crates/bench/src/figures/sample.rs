//! Repeated measurements and their spread.

use std::time::{Duration, Instant};

use super::Failed;

/// Sorted timings of one operation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sample(Vec<Duration>);

impl Sample {
    pub(crate) fn new(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// Returns the number of timings.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// Returns the time that `percent` of all timings do not exceed.
    pub(crate) fn percentile(&self, percent: usize) -> Duration {
        let last = self.0.len().saturating_sub(1);
        self.0.get((last * percent).div_ceil(100)).copied().unwrap_or_default()
    }

    pub(crate) fn median(&self) -> Duration {
        self.percentile(50)
    }

    /// Formats the median and the spread of most other timings.
    pub(crate) fn words(&self) -> String {
        format!(
            "p50 {}, p90 {}, p99 {}",
            words(self.median()),
            words(self.percentile(90)),
            words(self.percentile(99))
        )
    }

    /// Returns this median as a multiple of another.
    pub(crate) fn ratio(&self, to: &Self) -> f64 {
        self.median().as_secs_f64() / to.median().as_secs_f64()
    }
}

/// Formats a time in the unit that gives it two to four digits.
pub(crate) fn words(time: Duration) -> String {
    match time.as_secs_f64() {
        seconds if seconds < 1e-3 => format!("{:.1} µs", seconds * 1e6),
        seconds if seconds < 1.0 => format!("{:.1} ms", seconds * 1e3),
        seconds => format!("{seconds:.2} s"),
    }
}

/// Measures how long a future takes.
pub(crate) async fn time<T, E>(work: impl Future<Output = Result<T, E>>) -> Result<Duration, E> {
    let began = Instant::now();
    let done = work.await?;
    let took = began.elapsed();
    drop(done);
    Ok(took)
}

/// Times two operations alternately, so that other load on the machine affects both alike.
pub(crate) async fn side_by_side<F, G>(
    times: usize,
    mut one: impl FnMut() -> F,
    mut other: impl FnMut() -> G,
) -> Result<(Sample, Sample), Failed>
where
    F: Future<Output = Result<Duration, Failed>>,
    G: Future<Output = Result<Duration, Failed>>,
{
    /// Long enough that caches and branch predictors settle on one of the two.
    const TURN: usize = 50;
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    while ones.len() < times {
        let turn = TURN.min(times - ones.len());
        for _ in 0..turn {
            ones.push(one().await?);
        }
        for _ in 0..turn {
            others.push(other().await?);
        }
    }
    Ok((Sample::new(ones), Sample::new(others)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_what_was_measured() {
        let sample = Sample::new((1..=101).rev().map(Duration::from_micros).collect());
        assert_eq!(sample.median(), Duration::from_micros(51));
        assert_eq!(sample.percentile(99), Duration::from_micros(100));
        assert_eq!(Sample::default().median(), Duration::ZERO);
    }

    #[test]
    fn times_are_printed_in_a_fitting_unit() {
        assert_eq!(words(Duration::from_nanos(9_040)), "9.0 µs");
        assert_eq!(words(Duration::from_micros(12_300)), "12.3 ms");
        assert_eq!(words(Duration::from_millis(2_500)), "2.50 s");
    }
}
