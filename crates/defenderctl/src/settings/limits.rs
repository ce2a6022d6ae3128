//! The `host.limits` table: what an instance, its connections and its files may use.

use std::time::Duration;

use host_harness::Limits;
use host_harness::egress::EgressBuilder;

use super::Problem;
use super::section::Section;
use super::units::{duration, size};

const KNOWN: [&str; 12] = [
    "allConnections",
    "callTime",
    "computeTime",
    "connections",
    "downloadRate",
    "downloadTime",
    "downloadWindow",
    "idleTime",
    "memory",
    "requests",
    "streamWindow",
    "unreadTime",
];

/// The sandbox's limits. What is absent keeps the library's default.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct HostLimits {
    /// How much memory an instance may use.
    memory_bytes: Option<u64>,
    /// How long one call may take, waiting included.
    pub(super) call_time: Option<Duration>,
    /// How long the instance may compute in one call.
    compute_time: Option<Duration>,
    /// How many requests an instance may have in progress.
    requests: Option<u64>,
    /// How many connections a connector may have open.
    connections: Option<u64>,
    /// How many connections all connectors may have open.
    all_connections: Option<u64>,
    /// How long an idle connection is kept.
    idle_time: Option<Duration>,
    /// How long a response may go unread.
    unread_time: Option<Duration>,
    /// How much of an unread response is kept over HTTP/2.
    stream_window: Option<u64>,
    /// How long reading one file may take.
    download_time: Option<Duration>,
    /// How many bytes of a file must come in a second.
    download_rate: Option<u64>,
    /// Over how much time that is averaged.
    download_window: Option<Duration>,
}

impl HostLimits {
    /// Reads the `limits` table of `host`.
    pub(super) fn read(host: &Section<'_>, problems: &mut Vec<Problem>) -> Self {
        let Some(limits) = host.section("limits", &KNOWN, problems) else { return Self::default() };
        let mut time =
            |name, least, most| limits.parsed(name, within(duration, least, most), problems);
        let times = [
            time("callTime", "100ms", "24h"),
            time("computeTime", "10ms", "1h"),
            time("idleTime", "1s", "10m"),
            time("unreadTime", "1s", "24h"),
            time("downloadTime", "100ms", "7d"),
            time("downloadWindow", "1s", "1h"),
        ];
        let [call_time, compute_time, idle_time, unread_time, download_time, download_window] =
            times;
        let mut bytes =
            |name, least, most| limits.parsed(name, within(size, least, most), problems);
        let memory_bytes = bytes("memory", "64kb", "4gb");
        let stream_window = bytes("streamWindow", "64kb", "2mb");
        let download_rate = bytes("downloadRate", "1b", "1gb");
        Self {
            memory_bytes,
            call_time,
            compute_time,
            requests: limits.number("requests", 1..=1_000, problems),
            connections: limits.number("connections", 1..=4_096, problems),
            all_connections: limits.number("allConnections", 1..=65_536, problems),
            idle_time,
            unread_time,
            stream_window,
            download_time,
            download_rate,
            download_window,
        }
    }

    /// The library's limits of an instance with these put in.
    pub(super) fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        put(&mut limits.memory_bytes, self.memory_bytes.map(saturated));
        put(&mut limits.call_time, self.call_time);
        put(&mut limits.compute_time, self.compute_time);
        put(&mut limits.requests, self.requests.map(saturated));
        put(&mut limits.download_time, self.download_time);
        put(&mut limits.download_rate, self.download_rate);
        put(&mut limits.download_window, self.download_window);
        limits
    }

    /// The way out with these limits of its connections.
    pub(super) fn apply(&self, mut builder: EgressBuilder) -> EgressBuilder {
        if let Some(most) = self.connections {
            builder = builder.connections(saturated(most));
        }
        if let Some(most) = self.all_connections {
            builder = builder.all_connections(saturated(most));
        }
        if let Some(time) = self.idle_time {
            builder = builder.idle_timeout(time);
        }
        if let Some(time) = self.unread_time {
            builder = builder.unread_timeout(time);
        }
        if let Some(bytes) = self.stream_window {
            builder = builder.stream_window(u32::try_from(bytes).unwrap_or(u32::MAX));
        }
        builder
    }
}

fn put<T>(limit: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *limit = value;
    }
}

/// More than this machine can address is as good as all of it.
fn saturated(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Reads a value that must be in a range. A value that is a duration or a size is no secret, and is
/// repeated.
fn within<T: PartialOrd>(
    parse: fn(&str) -> Result<T, String>,
    least: &'static str,
    most: &'static str,
) -> impl Fn(&str) -> Result<T, String> {
    move |text| {
        let value = parse(text).map_err(|problem| format!("{problem}; use {least} to {most}"))?;
        if parse(least)? <= value && value <= parse(most)? {
            Ok(value)
        } else {
            Err(format!("is {text}; use {least} to {most}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use host_harness::egress::Egress;
    use serde_json::{Value, json};

    use super::*;

    fn read(limits: Value) -> (HostLimits, Vec<Problem>) {
        let document = json!({ "limits": limits });
        let mut problems = Vec::new();
        let host = Section::open("/host", &document, &["limits"], &mut problems).expect("a table");
        (HostLimits::read(&host, &mut problems), problems)
    }

    #[test]
    fn every_limit_is_read() {
        let (read, problems) = read(json!({
            "memory": "1gb", "callTime": "20m", "computeTime": "5s", "requests": 8,
            "connections": 4, "allConnections": 16, "idleTime": "9s", "unreadTime": "30s",
            "streamWindow": "1mb", "downloadTime": "2h", "downloadRate": "4kb",
            "downloadWindow": "10s",
        }));
        assert_eq!(problems, []);
        let limits = read.limits();
        assert_eq!((limits.memory_bytes, limits.requests), (1 << 30, 8));
        assert_eq!((limits.call_time.as_secs(), limits.compute_time.as_secs()), (1200, 5));
        assert_eq!((limits.download_time.as_secs(), limits.download_rate), (7200, 4096));
        assert_eq!(limits.download_window.as_secs(), 10);
        let builder = format!("{:?}", read.apply(Egress::builder()));
        for part in [
            "of_one: 4",
            "of_all: 16",
            "idle_timeout: 9s",
            "unread_timeout: 30s",
            "stream_window: 1048576",
        ] {
            assert!(builder.contains(part), "{part}: {builder}");
        }
    }

    #[test]
    fn a_value_out_of_its_range_is_refused_with_the_range() {
        let ranges = [
            ("memory", "63kb", "5gb", "64kb to 4gb"),
            ("callTime", "99ms", "25h", "100ms to 24h"),
            ("computeTime", "9ms", "61m", "10ms to 1h"),
            ("idleTime", "999ms", "11m", "1s to 10m"),
            ("unreadTime", "999ms", "25h", "1s to 24h"),
            ("streamWindow", "63kb", "3mb", "64kb to 2mb"),
            ("downloadTime", "99ms", "8d", "100ms to 7d"),
            ("downloadRate", "0b", "2gb", "1b to 1gb"),
            ("downloadWindow", "999ms", "61m", "1s to 1h"),
        ];
        for (name, below, above, range) in ranges {
            for value in [below, above, "much"] {
                let (_, problems) = read(json!({ name: value }));
                assert_eq!(problems.len(), 1, "{name} {value}");
                assert_eq!(problems[0].pointer, format!("/host/limits/{name}"));
                assert!(problems[0].problem.ends_with(&format!("; use {range}")), "{problems:?}");
            }
            let (_, problems) = read(json!({ name: above }));
            assert!(problems[0].problem.starts_with(&format!("is {above};")), "{problems:?}");
            for value in range.split(" to ") {
                assert_eq!(read(json!({ name: value })).1, [], "{name} {value}");
            }
        }
        for (name, most) in
            [("requests", 1_000), ("connections", 4_096), ("allConnections", 65_536)]
        {
            for value in [json!(0), json!(most + 1), json!(-1), json!(1.5), json!("8")] {
                let (_, problems) = read(json!({ name: value }));
                let range = format!("; use 1 to {most}");
                assert!(problems[0].problem.ends_with(&range), "{value} {problems:?}");
            }
            assert_eq!(read(json!({ name: most })).1, [], "{name}");
        }
    }
}
