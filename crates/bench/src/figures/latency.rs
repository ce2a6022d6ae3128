//! Latency of a warm call on a kept-alive connection.

use bytes::Bytes;
use defender_stub::Scenario;
use http::Request;
use http_body_util::{BodyExt, Full};
use wasmtime_wasi_http::{RequestOptions, WasiBody};

use super::fixture::{Fixture, MACHINE, read};
use super::native::Native;
use super::sample::{Sample, side_by_side, time};
use super::{Failed, Row, SampleSize};

const CALLS: usize = 5_000;

/// Calls before the timings are stable.
const WARM_UP: usize = 200;

/// Compares calls over TLS and plain TCP with the same native request and with wasmtime's own
/// transport.
pub(super) async fn rows(sample_size: SampleSize) -> Result<Vec<Row>, Failed> {
    let secure = Fixture::secure(Scenario::default())?;
    let (ours, native) = calls(&secure, sample_size).await?;
    let by_tls =
        compared("a warm `getAgentDetails`, TLS on loopback, against native", &ours, &native, 1.3);
    let plain = Fixture::plain(Scenario::default())?;
    let (ours, native) = calls(&plain, sample_size).await?;
    let by_tcp = compared("the same over plain TCP", &ours, &native, 1.6);
    let theirs = default_transport(&plain, sample_size).await?;
    let transport = Row::new(
        "wasmtime-wasi-http's default transport, without a sandbox, over plain TCP",
        format!("{:.1} × the component's; {}", theirs.ratio(&ours), theirs.words()),
    );
    Ok(vec![by_tls, by_tcp, transport.sample("default transport", &theirs)])
}

/// Returns timings of the component's call and of the native one.
pub(super) async fn calls(
    fixture: &Fixture,
    sample_size: SampleSize,
) -> Result<(Sample, Sample), Failed> {
    let (connector, native) = (fixture.connector("latency").await?, Native::new(fixture).await?);
    let ours = || {
        let (connector, params) = (connector.clone(), read());
        async move { Ok(time(connector.execute("getAgentDetails", &params)).await?) }
    };
    let theirs = || {
        let native = native.clone();
        async move { time(native.details()).await }
    };
    side_by_side(WARM_UP, ours, theirs).await?;
    side_by_side(sample_size.times(CALLS), ours, theirs).await
}

fn compared(figure: &str, ours: &Sample, native: &Sample, most: f64) -> Row {
    let ratio = ours.ratio(native);
    Row::new(figure, format!("{ratio:.2} ×; {} against {}", ours.words(), native.words()))
        .target(format!("p50 ≤ {most} ×"), ratio <= most)
        .sample("component", ours)
        .sample("native", native)
}

/// Measures wasmtime's own transport, which opens a new connection for each request.
async fn default_transport(fixture: &Fixture, sample_size: SampleSize) -> Result<Sample, Failed> {
    let native = Native::new(fixture).await?;
    let mut times = Vec::new();
    for _ in 0..sample_size.times(CALLS) {
        let request =
            native.request(&format!("/api/machines/{MACHINE}"))?.map(|body| -> WasiBody {
                Full::new(body).map_err(|never| match never {}).boxed_unsync()
            });
        times.push(time(by_default_transport(request)).await?);
    }
    Ok(Sample::new(times))
}

async fn by_default_transport(request: Request<WasiBody>) -> Result<Bytes, Failed> {
    let (response, io) =
        wasmtime_wasi_http::default_send_request(request, Some(RequestOptions::default())).await?;
    let io = tokio::spawn(io);
    let body = response.into_body().collect().await?.to_bytes();
    io.abort();
    Ok(body)
}
