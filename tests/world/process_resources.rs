//! The process's resources, to detect leaks.

use std::time::Duration;

use tokio::runtime::Handle;

/// The resources of a process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Left {
    /// Tasks of this runtime.
    pub(crate) tasks: usize,
    /// Open files and sockets.
    pub(crate) files: usize,
    /// Memory in use.
    pub(crate) resident_bytes: u64,
}

impl Left {
    pub(crate) fn now() -> Self {
        let tasks = Handle::current().metrics().num_alive_tasks();
        Self { tasks, files: open_files(), resident_bytes: resident_bytes() }
    }

    /// The resources once they are back to the earlier level, or after five seconds: connections
    /// take time to close.
    pub(crate) async fn once_as_little_as(before: Self) -> Self {
        Self::once(|now| now.tasks <= before.tasks && now.files <= before.files).await
    }

    /// The resources once no more than `most` files are open, or after five seconds.
    pub(crate) async fn once_with_files(most: usize) -> Self {
        Self::once(|now| now.files <= most).await
    }

    async fn once(is_reached: impl Fn(Self) -> bool) -> Self {
        for _ in 0..100 {
            if is_reached(Self::now()) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Self::now()
    }
}

#[cfg(target_os = "linux")]
fn open_files() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

#[cfg(target_os = "linux")]
fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    1024 * line.trim().trim_end_matches(" kB").parse::<u64>().unwrap()
}

/// Where the system does not report them, nothing is compared.
#[cfg(not(target_os = "linux"))]
fn open_files() -> usize {
    0
}

#[cfg(not(target_os = "linux"))]
fn resident_bytes() -> u64 {
    0
}
