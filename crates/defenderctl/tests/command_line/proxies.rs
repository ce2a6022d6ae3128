//! Proxies and certificate authorities that the environment names.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

use crate::run::Call;
use crate::tls_front::TlsFront;
use crate::world::World;

/// A name that only the proxy can reach.
const API: &str = "https://api.nothing.invalid";

/// A proxy whose tunnels all lead to one server. It ends with its process.
struct Proxy {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn to(server: &str) -> Self {
        let port = server.rsplit(':').next().expect("a port").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let heads = Arc::<Mutex<Vec<String>>>::default();
        let record = Arc::clone(&heads);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let upstream = TcpStream::connect(format!("127.0.0.1:{port}")).expect("a server");
                tunnel(client, upstream, &record);
            }
        });
        Self { address, heads }
    }

    /// The destinations that were asked for, each once.
    fn asked(&self) -> Vec<String> {
        let heads = self.heads.lock().expect("no panic").clone();
        let line = |head: &String| head.lines().next().unwrap_or_default().to_owned();
        let mut asked: Vec<String> = heads.iter().map(line).collect();
        asked.dedup();
        asked
    }
}

fn tunnel(mut client: TcpStream, upstream: TcpStream, heads: &Mutex<Vec<String>>) {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && client.read_exact(&mut byte).is_ok() {
        head.extend(byte);
    }
    heads.lock().expect("no panic").push(String::from_utf8_lossy(&head).into_owned());
    let _ = client.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
    let copy = |from: &TcpStream, to: &TcpStream| {
        let pair = (from.try_clone().expect("a socket"), to.try_clone().expect("a socket"));
        thread::spawn(move || {
            let (mut from, mut to) = pair;
            let _ = std::io::copy(&mut from, &mut to);
            let _ = to.shutdown(std::net::Shutdown::Write);
        });
    };
    copy(&client, &upstream);
    copy(&upstream, &client);
}

/// A service whose API only a proxy can reach.
struct Field {
    world: World,
    front: TlsFront,
    proxy: Proxy,
}

impl Field {
    fn new() -> Self {
        let world = World::new();
        let front = TlsFront::before(world.first_line["url"].as_str().expect("a URL"));
        world.folder.write("ca.pem", &front.ca_pem);
        let proxy = Proxy::to(&front.origin);
        Self { world, front, proxy }
    }

    fn settings(&self, host: Value) {
        let ssl =
            json!({ "certificateAuthoritiesFiles": ["ca.pem"], "verificationMode": "certificate" });
        let limits = json!({ "maxRetries": 0, "connectTimeoutSeconds": 5 });
        let mut changes = json!({
            "config": { "apiUrl": API, "graphUrl": API, "limits": limits },
            "host": { "customHostSettings": [{ "url": API, "ssl": ssl }] },
        });
        for (name, value) in host.as_object().expect("an object") {
            changes["host"][name] = value.clone();
        }
        self.world.settings("prod.json", changes);
    }

    /// A command with the proxy in a variable, and a password for it.
    fn call(&self, arguments: &str, variable: &str) -> Call {
        let url = format!("http://user:hunter2@{}", self.proxy.address);
        self.world.call(&format!("{arguments} -c prod.json")).env(variable, &url)
    }
}

#[test]
fn the_environment_s_proxy_is_used_and_shown_without_its_password() {
    let field = Field::new();
    field.settings(json!({}));
    let list = "run getAgentList --json";
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        field.call(list, variable).succeeds();
        assert_eq!(field.proxy.asked(), ["CONNECT api.nothing.invalid:443 HTTP/1.1"]);
        let head = field.proxy.heads.lock().expect("no panic").pop().expect("a head");
        assert!(head.to_lowercase().contains("\r\nproxy-authorization: basic "), "{head}");
        field.proxy.heads.lock().expect("no panic").clear();
    }
    let shown = format!("http://{}", field.proxy.address);
    let doctor = field.call("doctor --json", "HTTPS_PROXY").ends(0);
    let steps = doctor.json()["steps"].as_array().expect("steps").clone();
    let of = |name: &str| steps.iter().find(|step| step["name"] == name).expect("a step").clone();
    assert_eq!(of("environment")["detail"], format!("HTTPS_PROXY is {shown}"));
    assert_eq!(of("proxy")["status"], "passed");
    let test = field.call("config test", "HTTPS_PROXY").ends(0);
    assert!(test.stdout.contains(&format!("HTTPS_PROXY  {shown}")), "{}", test.stdout);
    let document = field.call("config test --json", "HTTPS_PROXY").ends(0);
    assert_eq!(document.json()["environment"], json!({ "HTTPS_PROXY": shown }));
    for ran in [doctor, test, document] {
        assert!(!(ran.stdout + &ran.stderr).contains("hunter2"));
    }
}

#[test]
fn no_proxy_and_the_settings_keep_requests_from_the_environment_s_proxy() {
    let field = Field::new();
    let list = "run getAgentList --json";
    field.settings(json!({}));
    field.call(list, "HTTPS_PROXY").env("NO_PROXY", "a.example,.invalid").ends(1);
    field.settings(json!({ "useEnvironment": false }));
    field.call(list, "HTTPS_PROXY").ends(1);
    assert!(field.proxy.asked().is_empty());
    let own = Proxy::to(&field.front.origin);
    field.settings(json!({ "proxyUrl": format!("http://{}", own.address) }));
    field.call(list, "HTTPS_PROXY").env("NO_PROXY", "*").succeeds();
    assert_eq!((own.asked().len(), field.proxy.asked().len()), (1, 0));
}

#[test]
fn a_variable_that_cannot_be_used_is_named_with_what_to_do() {
    let field = Field::new();
    field.settings(json!({}));
    let list = "run getAgentList --json -c prod.json";
    let socks = field.world.call(list).env("ALL_PROXY", "socks5://user:hunter2@proxy.example");
    let failed = socks.fails(2, "invalid-config");
    let message = failed["error"]["message"].as_str().expect("a message");
    for part in ["ALL_PROXY", "http[s]://", "host.useEnvironment", "host.proxyUrl"] {
        assert!(message.contains(part), "{part} in {message}");
    }
    assert!(!failed.to_string().contains("hunter2"), "{failed}");
}

#[test]
fn the_environment_s_authorities_are_trusted_unless_it_is_not_to_be_used() {
    let world = World::new();
    let front = TlsFront::before(world.first_line["url"].as_str().expect("a URL"));
    world.folder.write("ca.pem", &front.ca_pem);
    let origin = &front.origin;
    let limits = json!({ "maxRetries": 0 });
    let config =
        json!({ "apiUrl": origin, "oAuthServerUrl": origin, "graphUrl": origin, "limits": limits });
    let call = |command: &str, host: Value, file: &str| {
        world.settings("prod.json", json!({ "config": config, "host": host }));
        world.call(&format!("{command} -c prod.json")).env("SSL_CERT_FILE", file)
    };
    let list = "run getAgentList --json";
    call(list, json!({}), "ca.pem").succeeds();
    call(list, json!({ "useEnvironment": false }), "ca.pem").ends(1);
    let doctor = call("doctor", json!({}), "ca.pem").ends(0);
    assert!(doctor.stdout.contains("SSL_CERT_FILE is ca.pem"), "{}", doctor.stdout);
    let missing = call("doctor", json!({}), "missing.pem").ends(1);
    for part in ["no certificate authority is trusted", "missing.pem", "Correct `SSL_CERT_FILE`"] {
        assert!(missing.stdout.contains(part), "{part} in {}", missing.stdout);
    }
}
