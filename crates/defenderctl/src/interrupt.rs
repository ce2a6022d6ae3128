//! Ctrl-C, SIGTERM and a terminal that is gone, listened for before anything depends on them.

use std::future::pending;
use std::pin::Pin;
use std::process;
#[cfg(target_os = "linux")]
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{OnceCell, watch};

/// Waits for Ctrl-C or, on Unix, SIGTERM or SIGHUP.
pub(crate) type Interrupt = Pin<Box<dyn Future<Output = ()> + Send>>;

/// How many signals have come since they are listened for.
static COME: OnceCell<watch::Receiver<u64>> = OnceCell::const_new();

/// How many of them were waited for: one that comes in between counts for the next wait.
static TAKEN: AtomicU64 = AtomicU64::new(0);

/// Begins to listen: from when this returns the signals no longer end the program but the future it
/// gives.
pub(crate) async fn listen() -> Interrupt {
    let mut come = COME.get_or_init(async || count()).await.clone();
    Box::pin(async move {
        let is_new = |come: &u64| *come > TAKEN.load(Ordering::Relaxed);
        // Without a listener there is nothing to wait for.
        if come.wait_for(is_new).await.is_err() {
            pending::<()>().await;
        }
        TAKEN.fetch_add(1, Ordering::Relaxed);
    })
}

/// Lets the next signal end the program at once, whatever it is busy with.
pub(crate) async fn end_on_next() {
    let next = listen().await;
    tokio::spawn(async {
        next.await;
        process::exit(ENDED);
    });
}

/// As shells report the end by Ctrl-C.
pub(crate) const ENDED: i32 = 130;

/// Counts signals from now on.
#[cfg(unix)]
fn count() -> watch::Receiver<u64> {
    use tokio::signal::unix::{SignalKind, signal};

    let (sender, come) = watch::channel(0);
    let mut kinds = vec![SignalKind::interrupt(), SignalKind::terminate()];
    kinds.extend((!ignores_hangup()).then(SignalKind::hangup));
    // What cannot be listened for does what it does without.
    for mut signals in kinds.into_iter().filter_map(|kind| signal(kind).ok()) {
        let sender = sender.clone();
        tokio::spawn(async move {
            while signals.recv().await.is_some() {
                sender.send_modify(|come| *come += 1);
            }
        });
    }
    come
}

/// Whether the program was started to outlast its terminal, as `nohup` does.
#[cfg(target_os = "linux")]
fn ignores_hangup() -> bool {
    static AT_START: LazyLock<bool> = LazyLock::new(|| {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        // SIGHUP is the first signal.
        mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
            .is_some_and(|mask| mask & 1 == 1)
    });
    *AT_START
}

/// Elsewhere the standard library can't tell.
#[cfg(all(unix, not(target_os = "linux")))]
fn ignores_hangup() -> bool {
    false
}

#[cfg(not(unix))]
fn count() -> watch::Receiver<u64> {
    let (sender, come) = watch::channel(0);
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            sender.send_modify(|come| *come += 1);
        }
    });
    come
}
