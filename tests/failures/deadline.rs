//! A call ends by its deadline, whichever part is slow: the head, the body or an error body.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use host_harness::egress::Egress;
use host_harness::{ErrorKind, Retry};
use serde_json::json;

use crate::world::{HOST, MACHINE, is, plugin};

/// How long calls may take.
const DEADLINE: Duration = Duration::from_secs(3);

/// A server that delays the head of each response and then sends its body byte by byte.
fn slow_server(status: u16, head: Duration, piece: Duration) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer(stream, status, head, piece));
        }
    });
    addr
}

fn answer(
    mut stream: TcpStream,
    status: u16,
    head: Duration,
    piece: Duration,
) -> std::io::Result<()> {
    let mut request = [0; 4096];
    let _ = stream.read(&mut request)?;
    std::thread::sleep(head);
    write!(
        stream,
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n"
    )?;
    loop {
        std::thread::sleep(piece);
        stream.write_all(b" ")?;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_ends_by_its_deadline_however_its_answer_comes() {
    let mut calls = Vec::new();
    for status in [200, 201, 400, 429, 503] {
        for (head, piece) in [(2500, 2500), (2500, 200), (0, 2000), (9000, 0)] {
            for action in ["getAgentDetails", "isolateHost"] {
                calls.push(tokio::spawn(call(status, head, piece, action)));
            }
        }
    }
    for call in calls {
        call.await.unwrap();
    }
}

async fn call(status: u16, head: u64, piece: u64, action: &'static str) {
    let addr = slow_server(status, Duration::from_millis(head), Duration::from_millis(piece));
    let egress =
        Egress::builder().platform_roots(false).allow(format!("http://{addr}")).build().unwrap();
    let connector = HOST.with_egress(egress).connector("slow");
    let limits = json!({ "callTimeoutSeconds": DEADLINE.as_secs(), "maxRetries": 1 });
    let config = json!({
        "clientId": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", "tenantId": "t",
        "apiUrl": format!("http://{addr}"), "limits": limits
    });
    let secrets = json!({ "accessToken": "a-token-of-the-host" });
    connector.configure(&config.to_string(), &secrets.to_string()).await.unwrap();
    let params = if action == "isolateHost" {
        json!({ "id": MACHINE, "comment": "c" })
    } else {
        json!({ "id": MACHINE })
    };
    let began = Instant::now();
    let error = plugin(connector.execute(action, &params.to_string()).await).unwrap_err();
    let took = began.elapsed();
    let case = format!("{status} {head} {piece} {action}: {took:?}, {error:?}");
    assert!(took < DEADLINE + Duration::from_secs(1), "{case}");
    assert!(action == "getAgentDetails" || error.retry == Retry::Unknown, "{case}");
    if head < 9000 {
        assert_eq!(error.status, Some(status), "{case}");
    } else {
        is(&error, ErrorKind::TimedOut);
    }
}
