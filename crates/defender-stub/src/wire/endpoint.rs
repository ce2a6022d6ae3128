//! The stub with its sockets.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::certificates::Certificates;
use super::server::{self, Listener};
use crate::hosts::{NAMES, Origins};
use crate::scenario::Scenario;
use crate::service::Service;

/// A running stub. It has its own threads, so it answers even when the caller's runtime is busy. It
/// stops when it is dropped.
#[derive(Debug)]
pub struct Stub {
    service: Service,
    addr: SocketAddr,
    storage_addr: SocketAddr,
    ca_pem: Option<String>,
    connections: Arc<AtomicUsize>,
    /// Taken when the stub is dropped.
    runtime: Option<Runtime>,
}

impl Stub {
    /// Starts a stub with TLS on a free loopback port, under all production names, with a
    /// certificate authority of its own. HTTP/2 and HTTP/1.1 are offered.
    ///
    /// # Errors
    ///
    /// When no port, thread or key is available.
    pub fn start(scenario: Scenario) -> io::Result<Self> {
        let listener = Listener::bind((Ipv4Addr::LOCALHOST, 0).into())?;
        let addr = listener.addr;
        let certificates = Certificates::generate()?;
        let mut stub = Self::new(Service::new(scenario), addr, addr)?;
        stub.serve(listener.with_tls(certificates.server))?;
        stub.ca_pem = Some(certificates.ca_pem);
        Ok(stub)
    }

    /// Starts a stub with plain HTTP/1.1: login, API and Graph at `listen`, distinguished by path,
    /// and result storage on a free port of the same address.
    ///
    /// # Errors
    ///
    /// When the address cannot be bound, or no thread is available.
    pub fn start_plain(scenario: Scenario, listen: SocketAddr) -> io::Result<Self> {
        let front = Listener::bind(listen)?;
        let storage = Listener::bind((listen.ip(), 0).into())?;
        let service = Service::at(scenario, Origins::plain(storage.addr));
        let stub = Self::new(service, front.addr, storage.addr)?;
        stub.serve(front)?;
        stub.serve(storage)?;
        Ok(stub)
    }

    fn new(service: Service, addr: SocketAddr, storage_addr: SocketAddr) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            // Two, so that a slow response does not delay the next one.
            .worker_threads(2)
            .thread_name("defender-stub")
            .enable_all()
            .build()?;
        let connections = Arc::default();
        Ok(Self { service, addr, storage_addr, ca_pem: None, connections, runtime: Some(runtime) })
    }

    fn serve(&self, listener: Listener) -> io::Result<()> {
        let Some(runtime) = &self.runtime else { return Ok(()) };
        let _entered = runtime.enter();
        runtime.spawn(server::run(
            listener.into_async()?,
            self.service.clone(),
            Arc::clone(&self.connections),
        ));
        Ok(())
    }

    /// The address of login and API.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The address of result storage. With TLS, the same as [`Stub::addr`]: names distinguish the
    /// services.
    pub fn storage_addr(&self) -> SocketAddr {
        self.storage_addr
    }

    /// The authority that signed the stub's certificate, as PEM. `None` without TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }

    /// The production names that a host routes to [`Stub::addr`]. Empty without TLS.
    pub fn names(&self) -> &[&str] {
        if self.ca_pem.is_some() { NAMES } else { &[] }
    }

    /// A connector's `config` for this stub.
    pub fn config(&self) -> Value {
        let (tenant, client) =
            self.service.with_scenario(|state| (state.tenant_id.clone(), state.client_id.clone()));
        let mut config = json!({ "name": "Stub", "tenantId": tenant, "clientId": client });
        if self.ca_pem.is_none() {
            let origin = format!("http://{}", self.addr);
            config["apiUrl"] = json!(origin);
            config["oAuthServerUrl"] = json!(origin);
            config["graphUrl"] = json!(origin);
            config["resultHosts"] = json!([self.storage_addr.to_string()]);
        }
        config
    }

    /// A connector's `secrets` for this stub.
    pub fn secrets(&self) -> Value {
        json!({ "clientSecret": self.service.with_scenario(|state| state.client_secret.clone()) })
    }

    /// What a client needs to know: `url`, `storageUrl`, `config` and `secrets`, in the order in
    /// which the first line of a stub that serves plain HTTP names them.
    pub fn connection(&self) -> [(&'static str, Value); 4] {
        [
            ("url", json!(format!("http://{}", self.addr))),
            ("storageUrl", json!(format!("http://{}", self.storage_addr))),
            ("config", self.config()),
            ("secrets", self.secrets()),
        ]
    }

    /// A warning for each fault that has changed no response so far.
    pub fn unmatched_fault_warnings(&self) -> Vec<String> {
        let faults = self.service.unmatched_faults().into_iter();
        faults
            .map(|fault| {
                format!(
                    "the fault {fault} made no difference to any response: check `on`, `skip` and `kind`"
                )
            })
            .collect()
    }

    /// The state machine behind the sockets.
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// Connections accepted so far.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        // Dropping a runtime waits for its threads, which is not allowed inside another runtime.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
