//! Sends the same requests without a sandbox, using the same client.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{Method, Request};
use http_body_util::{BodyExt, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::rt::TokioExecutor;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;
use tower_service::Service;

use super::Failed;
use super::fixture::{Fixture, MACHINE};

/// A pooled client with a token, which sends the same requests as the connector.
#[derive(Clone)]
pub(crate) struct Native {
    client: Client<HttpsConnector<HttpConnector<FixedResolver>>, Full<Bytes>>,
    api: String,
    authorization: String,
}

impl Native {
    /// Signs in.
    pub(crate) async fn new(fixture: &Fixture) -> Result<Self, Failed> {
        let mut tcp = HttpConnector::new_with_resolver(FixedResolver(fixture.stub.addr()));
        tcp.set_nodelay(true);
        tcp.enforce_http(false);
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(trust(fixture.stub.ca_pem())?)
            .https_or_http()
            .enable_all_versions()
            .wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new()).build(connector);
        let mut native = Self { client, api: fixture.api(), authorization: String::new() };
        native.authorization = format!("Bearer {}", native.token(fixture).await?);
        Ok(native)
    }

    async fn token(&self, fixture: &Fixture) -> Result<String, Failed> {
        let login = match fixture.stub.ca_pem() {
            Some(_) => "https://login.microsoftonline.com".to_owned(),
            None => self.api.clone(),
        };
        let (config, secrets) = (fixture.config(), fixture.secrets());
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &text(&config["clientId"]))
            .append_pair("client_secret", &text(&secrets["clientSecret"]))
            .append_pair("scope", "https://api.securitycenter.microsoft.com/.default")
            .finish();
        let request =
            Request::post(format!("{login}/{}/oauth2/v2.0/token", text(&config["tenantId"])))
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Full::from(form))?;
        let body = self.send(request).await?;
        let answer: Value = serde_json::from_slice(&body)?;
        answer["access_token"]
            .as_str()
            .map(str::to_owned)
            .ok_or_else(|| "the stub gave no token".into())
    }

    /// Reads the machine's details.
    pub(crate) async fn details(&self) -> Result<Bytes, Failed> {
        self.get(&format!("/api/machines/{MACHINE}")).await
    }

    /// Reads an API resource completely.
    pub(crate) async fn get(&self, path: &str) -> Result<Bytes, Failed> {
        self.send(self.request(path)?.map(Full::new)).await
    }

    /// Builds a request as the connector would.
    pub(crate) fn request(&self, path: &str) -> Result<Request<Bytes>, Failed> {
        let request = Request::builder()
            .method(Method::GET)
            .uri(format!("{}{path}", self.api))
            .header(ACCEPT, "application/json")
            .header(ACCEPT_ENCODING, "identity")
            .header(USER_AGENT, "bench")
            .header(AUTHORIZATION, &self.authorization);
        Ok(request.body(Bytes::new())?)
    }

    async fn send(&self, request: Request<Full<Bytes>>) -> Result<Bytes, Failed> {
        let response = self.client.request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        if status.is_success() {
            Ok(body)
        } else {
            Err(format!("the stub answered {status}").into())
        }
    }
}

fn trust(ca_pem: Option<&str>) -> Result<ClientConfig, Failed> {
    let mut roots = RootCertStore::empty();
    if let Some(pem) = ca_pem {
        roots.add(CertificateDer::from_pem_slice(pem.as_bytes())?)?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// A resolver that maps every name to one address.
#[derive(Clone)]
struct FixedResolver(SocketAddr);

impl Service<Name> for FixedResolver {
    type Response = std::iter::Once<SocketAddr>;
    type Error = io::Error;
    type Future = std::future::Ready<io::Result<Self::Response>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Name) -> Self::Future {
        std::future::ready(Ok(std::iter::once(self.0)))
    }
}
