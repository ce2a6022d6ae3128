//! Signs in on demand: uses the stored token if it is fresh, else requests a new one.

use serde_json::Value;

use super::Client;
use super::exchange::Exchange;
use crate::auth::{self, Server};
use crate::config::Credential;
use crate::error::{Error, Kind, Retry};
use crate::request::encode_segment;
use crate::response::strip_bom;
use crate::transport::Method;
use zeroize::Zeroizing;

impl Client<'_> {
    /// Signs in unless there is a fresh token.
    ///
    /// # Errors
    ///
    /// The login server refused or could not be reached.
    pub fn sign_in(&mut self, server: Server) -> Result<(), Error> {
        let now = self.clock.unix();
        if self.tokens.get(server).is_some_and(|token| token.is_fresh(now)) {
            return Ok(());
        }
        let Some(form) = auth::token_request_form(self.settings, server) else { return Ok(()) };
        let path = format!("/{}/oauth2/v2.0/token", encode_segment(&self.settings.tenant_id));
        let url = self.settings.login.join(&path);
        let mut headers = self.common_headers("application/json");
        headers.push(("content-type", "application/x-www-form-urlencoded".to_owned()));
        // Requesting a token twice changes nothing.
        let exchange = Exchange {
            method: Method::Post,
            url: &url,
            headers: &headers,
            body: &form,
            idempotent: true,
            streamed: false,
            budget: None,
        };
        let mut opened = self.exchange(&exchange)?;
        let (head, clean) = (opened.head.clone(), self.sanitizer());
        let unreadable = |description: &str, kind: Kind| {
            let host = self.settings.login.host();
            let retry = match kind {
                Kind::MalformedResponse => Retry::Never,
                _ => Retry::After(5000),
            };
            Error::new(kind, format!("The response to the sign-in at {host} {description}."))
                .with_retry(retry)
                .with_status(head.status)
                .with_request_id(head.request_id(&clean))
                .with_detail("step", Value::from("sign-in"))
        };
        if head.status != 200 {
            return Err(auth::refusal(
                &head,
                &self.read_error_body(&mut opened),
                self.settings,
                &clean,
            ));
        }
        let body = self
            .read_whole(&mut opened, self.settings.limits.max_response_bytes)
            .map(|body| Zeroizing::new(strip_bom(body)))
            .map_err(|what| unreadable(&what.description, what.kind))?;
        let token = auth::from_response(&body, now, self.settings.limits.token_refresh);
        let description = "contains no access token: check `oAuthServerUrl`";
        let token = token.ok_or_else(|| unreadable(description, Kind::MalformedResponse))?;
        self.set_token(server, Some(token));
        self.attempted_sign_ins.push(server);
        Ok(())
    }

    /// Replaces a token that was not issued during this call, once per call. Returns false if it
    /// could not.
    pub(super) fn renew(&mut self, server: Server) -> bool {
        if !self.can_renew() || self.attempted_sign_ins.contains(&server) {
            return false;
        }
        self.attempted_sign_ins.push(server);
        let before = self.set_token(server, None);
        let renewed = self.sign_in(server).is_ok();
        if !renewed {
            // It is still valid for other actions.
            self.tokens.set(server, before);
        }
        renewed
    }

    /// Returns the `authorization` header for a server. A token that the host supplied for Defender
    /// is never sent to Graph.
    pub(super) fn authorization(&mut self, server: Server) -> Result<String, Error> {
        if server == Server::Graph && !self.can_renew() && self.claims(server).is_none() {
            let description = "The host's access token is not for Microsoft Graph, so it was not sent there: configure the connector with one for Graph, or with a client secret.";
            return Err(Error::new(Kind::Unauthenticated, description));
        }
        if let Err(error) = self.sign_in(server) {
            // A token that is due for renewal but still valid bridges an outage of the login
            // server.
            let outage = matches!(
                error.kind(),
                Kind::Unreachable | Kind::Unavailable | Kind::Throttled | Kind::TimedOut
            );
            let now = self.clock.unix();
            if !outage || self.tokens.get(server).is_none_or(|token| token.expires_at <= now) {
                return Err(error);
            }
        }
        let secret = match (&self.settings.credential, self.tokens.get(server)) {
            (Credential::AccessToken(secret), _) => secret,
            (_, Some(token)) => &token.secret,
            (_, None) => return Err(Error::internal("there is no token after signing in")),
        };
        Ok(format!("Bearer {}", secret.expose()))
    }

    /// Whether the connector can obtain another token.
    pub(super) fn can_renew(&self) -> bool {
        !matches!(self.settings.credential, Credential::AccessToken(_))
    }
}
