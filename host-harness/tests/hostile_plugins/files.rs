//! Files that never end.

use std::time::{Duration, Instant};

use host_harness::egress::Egress;
use host_harness::{CallError, DownloadLimit, HostError, Limits};

use crate::world::{host, host_with};

/// Reads a file until it is given up, which it must be for good.
async fn read(action: &str, limits: Limits) -> (DownloadLimit, u64) {
    let connector = host_with(limits).with_egress(Egress::closed()).connector("hostile");
    let mut file = connector.open(action, "").await.unwrap();
    let begun = Instant::now();
    let mut given_up = async || loop {
        match file.read(1 << 20).await {
            Ok(piece) => assert!(!piece.is_empty(), "it ended"),
            Err(error) => break host(Err::<(), CallError>(error)),
        }
    };
    let HostError::SlowDownload { limit, received } = given_up().await else { unreachable!() };
    let again = given_up().await;
    assert!(matches!(again, HostError::SlowDownload { received: same, .. } if same == received));
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    // The connector goes on.
    assert_eq!(connector.execute("answer", "").await.unwrap().data, "here");
    (limit, received)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_drips_is_given_up_for_its_rate_and_its_time() {
    let mut limits = Limits::default();
    limits.download_rate = 1000;
    limits.download_window = Duration::from_millis(300);
    let (limit, received) = read("drip", limits.clone()).await;
    assert!(matches!(limit, DownloadLimit::Rate { bytes_per_second: 1000, .. }), "{limit:?}");
    assert!((1..300).contains(&received), "{received}");

    limits.download_rate = 0;
    limits.download_time = Duration::from_millis(500);
    let (limit, received) = read("drip", limits).await;
    assert_eq!(limit, DownloadLimit::Time(Duration::from_millis(500)));
    assert!((1..=25).contains(&received), "{received}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_gives_nothing_is_given_up_in_the_middle_of_a_read() {
    let mut limits = Limits::default();
    limits.download_time = Duration::from_millis(500);
    let given_up = read("stuck", limits).await;
    assert_eq!(given_up, (DownloadLimit::Time(Duration::from_millis(500)), 0));
}
