//! The network: egress, TLS, proxies, connections, rate limits.

mod authorities;
mod certificates;
mod clouds;
mod credentials;
mod egress;
mod egress_log;
mod empty_frames;
mod gzip;
mod handshakes;
mod idle_connections;
mod observer;
mod parallel_calls;
mod proxy;
mod rate_limits;
mod sandbox;
mod tls_settings;
