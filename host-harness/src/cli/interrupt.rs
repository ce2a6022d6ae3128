//! Ctrl-C, SIGTERM and a terminal that is gone, listened for before anything depends on them.

use std::future::{pending, poll_fn};
use std::io;
use std::pin::Pin;
use std::process;
#[cfg(target_os = "linux")]
use std::sync::LazyLock;
use std::task::Poll;

/// Waits for Ctrl-C or, on Unix, SIGTERM or SIGHUP.
pub(crate) type Interrupt = Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;

/// Begins to listen: from when this returns the signals no longer end the program but the future it gives.
pub(crate) async fn listen() -> Interrupt {
    let mut interrupt: Interrupt = Box::pin(signal());
    // The first poll is what registers.
    match poll_fn(|context| Poll::Ready(interrupt.as_mut().poll(context))).await {
        Poll::Pending => interrupt,
        Poll::Ready(at_once) => Box::pin(std::future::ready(at_once)),
    }
}

/// Waits for the signal itself: that none can be listened for is none.
pub(crate) async fn came(interrupt: Interrupt) {
    if interrupt.await.is_err() {
        pending::<()>().await;
    }
}

/// Lets the next signal end the program at once, whatever it is busy with.
pub(crate) async fn end_on_next() {
    let next = listen().await;
    tokio::spawn(async {
        came(next).await;
        process::exit(ENDED);
    });
}

/// As shells report the end by Ctrl-C.
const ENDED: i32 = 130;

#[cfg(unix)]
async fn signal() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = if ignores_hangup() { None } else { Some(signal(SignalKind::hangup())?) };
    let hung_up = async {
        match &mut hangup {
            Some(hangup) => drop(hangup.recv().await),
            None => pending().await,
        }
    };
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
        () = hung_up => Ok(()),
    }
}

/// Whether the program was started to outlast its terminal, as `nohup` does.
#[cfg(target_os = "linux")]
fn ignores_hangup() -> bool {
    static AT_START: LazyLock<bool> = LazyLock::new(|| {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        // SIGHUP is the first signal.
        mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
    });
    *AT_START
}

/// Elsewhere the standard library can't tell.
#[cfg(all(unix, not(target_os = "linux")))]
fn ignores_hangup() -> bool {
    false
}

#[cfg(not(unix))]
async fn signal() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
