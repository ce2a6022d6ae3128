//! Bounds the processor time that a connector's connections use in the host.
//!
//! A connection runs in a task of its own, outside of the time that is counted for the component.
//! A server that never stops sending what nobody gets (interim responses, pings, empty frames)
//! would have a processor to itself for as long as it likes.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::rt::Executor;
use tokio::time::{Instant, Sleep};

/// The share of a processor that the connections of one connector get in the long run: one half. A
/// download at several hundred megabytes a second needs less.
const SHARE: u32 = 2;

/// How much they may use at once before they have to pause.
const BURST: Duration = Duration::from_millis(200);

/// Runs the connections of one connector.
#[derive(Clone, Debug, Default)]
pub(crate) struct Paced(Arc<Mutex<Account>>);

/// A leaky bucket of processor time.
#[derive(Debug)]
struct Account {
    used: Duration,
    at: Instant,
}

impl Default for Account {
    fn default() -> Self {
        Self { used: Duration::ZERO, at: Instant::now() }
    }
}

impl Account {
    /// Adds time that was used, and returns how long to pause.
    fn charge(&mut self, spent: Duration, now: Instant) -> Duration {
        let drained = now.saturating_duration_since(self.at) / SHARE;
        self.used = self.used.saturating_sub(drained) + spent;
        self.at = now;
        self.used.saturating_sub(BURST) * SHARE
    }
}

impl Paced {
    fn charge(&self, spent: Duration, now: Instant) -> Duration {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).charge(spent, now)
    }
}

impl<F> Executor<F> for Paced
where
    F: Future<Output = ()> + Send + Unpin + 'static,
{
    fn execute(&self, work: F) {
        tokio::spawn(Pacing { work, pace: self.clone(), pause: None });
    }
}

/// A connection's work, which pauses when its connector has used more than its share.
struct Pacing<F> {
    work: F,
    pace: Paced,
    pause: Option<Pin<Box<Sleep>>>,
}

impl<F: Future<Output = ()> + Unpin> Future for Pacing<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        if let Some(pause) = &mut this.pause {
            std::task::ready!(pause.as_mut().poll(context));
            this.pause = None;
        }
        let start = Instant::now();
        if Pin::new(&mut this.work).poll(context).is_ready() {
            return Poll::Ready(());
        }
        let now = Instant::now();
        let pause = this.pace.charge(now - start, now);
        if !pause.is_zero() {
            // The work has its own waker; after the pause it is polled in any case.
            let mut sleep = Box::pin(tokio::time::sleep(pause));
            if sleep.as_mut().poll(context).is_pending() {
                this.pause = Some(sleep);
            } else {
                context.waker().wake_by_ref();
            }
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_beyond_the_burst_is_paused_for_at_the_share() {
        let start = Instant::now();
        let mut account = Account { used: Duration::ZERO, at: start };
        assert_eq!(account.charge(BURST, start), Duration::ZERO);
        let over = Duration::from_millis(10);
        assert_eq!(account.charge(over, start), over * SHARE);
        // After the pause, the account is where it was.
        assert_eq!(account.charge(Duration::ZERO, start + over * SHARE), Duration::ZERO);
        assert_eq!(account.charge(over, start + over * SHARE), over * SHARE);
    }

    #[tokio::test]
    async fn work_without_end_gets_its_share_and_no_more() {
        let pace = Paced::default();
        let used = Arc::new(Mutex::new(Duration::ZERO));
        let log = Arc::clone(&used);
        let work = Box::pin(std::future::poll_fn(move |context: &mut Context<'_>| {
            let start = Instant::now();
            while start.elapsed() < Duration::from_millis(5) {}
            *log.lock().unwrap() += start.elapsed();
            context.waker().wake_by_ref();
            Poll::Pending
        }));
        pace.execute(work);
        let time = Duration::from_secs(2);
        tokio::time::sleep(time).await;
        let used = *used.lock().unwrap();
        assert!(used < BURST + time / SHARE + Duration::from_millis(200), "{used:?}");
        assert!(used > BURST, "{used:?}");
    }
}
