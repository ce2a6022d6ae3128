//! Two connectors on one host that talk to the same origin: whatever one of them does, the other's
//! calls succeed.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use defender_stub::{Fault, FaultKind, Scenario, Stub};
use host_harness::egress::Egress;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::world::World;

/// The neighbour's calls beside each behaviour.
const CALLS: usize = 1_000;

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// What the hostile connector does again and again. `{}` is the server.
const BEHAVIOURS: [(&str, &str); 13] = [
    // Not hostile: what the others are compared with.
    ("get-whole", "{}/small"),
    ("get", "{}/interim"),
    ("get-whole", "{}/poison"),
    ("get-whole", "{}/poison-later"),
    ("hold-unread", "{}/big {}/small"),
    ("crowd", "{}/silent"),
    ("crowd", "{}/interim"),
    ("abandon", "{}/big"),
    ("upload-for-ever", "{}/silent"),
    ("read-for-ever", "{}/big"),
    ("promise-more", "{}/silent"),
    ("loop", ""),
    ("hoard-memory", ""),
];

/// Starts a server that answers by the path of a request, and returns its origin.
async fn server() -> (String, Egress) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(async move { drop(serve(stream).await) });
        }
    });
    let origin = format!("http://service.example:{}", address.port());
    let way = Egress::builder().allow(&origin).route("service.example", address);
    (origin, way.response_timeout(Duration::from_secs(2)).build().unwrap())
}

async fn serve(mut stream: TcpStream) -> std::io::Result<()> {
    let (mut heard, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        let read = stream.read(&mut piece).await?;
        if read == 0 {
            return Ok(());
        }
        heard.extend_from_slice(&piece[..read]);
        while let Some(end) = heard.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&heard[..end]).into_owned();
            heard.drain(..end + 4);
            answer(&mut stream, head.split(' ').nth(1).unwrap_or_default()).await?;
        }
        heard.truncate(4096);
    }
}

async fn answer(stream: &mut TcpStream, path: &str) -> std::io::Result<()> {
    let poison = b"HTTP/1.1 418 Poison\r\ncontent-length: 6\r\n\r\npoison";
    match path {
        "/silent" => Ok(()),
        "/interim" => loop {
            stream.write_all(&b"HTTP/1.1 103 Early Hints\r\n\r\n".repeat(500)).await?;
        },
        "/big" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9999999\r\n\r\n").await?;
            stream.write_all(&[b'x'; 9_999_999]).await
        }
        "/poison" => stream.write_all(&[OK, poison].concat()).await,
        "/poison-later" => {
            stream.write_all(OK).await?;
            tokio::time::sleep(Duration::from_millis(5)).await;
            stream.write_all(poison).await
        }
        _ => stream.write_all(OK).await,
    }
}

/// Calls the neighbour and returns how its calls ended.
async fn calls(world: &World, url: &str, number: usize) -> BTreeMap<String, usize> {
    let mut ends = BTreeMap::new();
    for _ in 0..number {
        let called = world.neighbour.execute("get-whole", url).await;
        let end = called.map_or_else(|error| format!("{error:?}"), |outcome| outcome.data);
        *ends.entry(end).or_default() += 1;
    }
    ends
}

#[tokio::test(flavor = "multi_thread")]
async fn a_neighbour_s_thousand_calls_all_succeed_beside_each_behaviour() {
    let (origin, egress) = server().await;
    for (action, params) in BEHAVIOURS {
        let world = World::brief(egress.clone());
        let began = Instant::now();
        let hostile = async {
            loop {
                drop(world.hostile.execute(action, &params.replace("{}", &origin)).await);
                tokio::task::yield_now().await;
            }
        };
        let url = format!("{origin}/small");
        let ends = tokio::select! {
            ends = calls(&world, &url, CALLS) => ends,
            () = hostile => unreachable!("it goes on for ever"),
        };
        println!("{action} {params}: {:?} a call", began.elapsed() / CALLS as u32);
        assert_eq!(ends, BTreeMap::from([("ok".to_owned(), CALLS)]), "beside {action} {params}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn responses_that_nobody_reads_hold_up_no_other_over_http_2() {
    let stub = Stub::start(Scenario::default()).unwrap();
    let reply = |body: String| FaultKind::Status { status: 200, headers: Vec::new(), body };
    // The login server's faults apply without an access token.
    let big = Fault::new("GET /{tenant}/big", reply("x".repeat(3 << 20)));
    stub.service().add_fault(big.always());
    let small = Fault::new("GET /{tenant}/small", reply("ok".to_owned()));
    stub.service().add_fault(small.always());
    let name = "login.microsoftonline.com";
    let way = Egress::builder().platform_roots(false).ca_pem(stub.ca_pem().unwrap());
    let world =
        World::with(way.allow(format!("https://{name}")).route(name, stub.addr()).build().unwrap());
    let (big, small) = (format!("https://{name}/t/big"), format!("https://{name}/t/small"));
    let neighbour = calls(&world, &small, 100);
    let (said, ends) = tokio::join!(
        async { world.hostile.execute("hold-unread", &format!("{big} {small}")).await },
        neighbour
    );
    assert_eq!(said.unwrap().data, "ok");
    assert_eq!(ends, BTreeMap::from([("ok".to_owned(), 100)]));
    assert!(stub.connections() >= 2, "each has connections of its own");
}
