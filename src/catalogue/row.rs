//! A row of the catalogue: one action.

use super::budget::Budget;
use super::route::Route;
use super::server::Server;
use crate::described::Described;
use crate::method::Method;
use crate::schema::{Kind, ObjectSchema};

/// One action.
#[derive(Debug)]
pub struct Action {
    /// The name to pass to `execute`.
    pub name: &'static str,
    /// Short label.
    pub title: Described<&'static str>,
    /// One sentence: what it does.
    pub summary: Described<&'static str>,
    /// Its family, for grouping.
    pub category: Described<&'static str>,
    /// What it affects.
    pub effect: Effect,
    /// Application permissions: one of each inner list is needed (the first is the least).
    pub roles: Roles,
    /// Its rate limits.
    pub budget: &'static Budget,
    /// Schema of `params`.
    pub params: &'static ObjectSchema,
    /// Schema of the result.
    pub result: Described<&'static Kind>,
    /// Microsoft's documentation: a URL, or the name of a page of the API; [`Action::docs`] returns
    /// the URL.
    pub docs: Described<&'static str>,
    /// Why it should no longer be used, and what to use instead.
    pub deprecated: Described<Option<&'static str>>,
    /// How it runs.
    pub run: Run,
}

/// Where Microsoft documents Defender for Endpoint's API.
#[cfg(not(target_family = "wasm"))]
const DOCS: &str = "https://learn.microsoft.com/en-us/defender-endpoint/api/";

impl Action {
    /// Returns the URL of Microsoft's documentation.
    #[cfg(not(target_family = "wasm"))]
    pub fn docs(&self) -> String {
        match self.docs.contains(':') {
            true => self.docs.to_owned(),
            false => format!("{DOCS}{}", self.docs),
        }
    }

    /// The server whose permissions its roles are.
    pub fn server(&self) -> Server {
        self.route().map_or(Server::Defender, |route| route.server)
    }

    /// The path of the POST request that it reads with, if any.
    pub fn read_post(&self) -> Option<&'static str> {
        let route = self
            .route()
            .filter(|route| self.effect == Effect::Read && route.method == Method::Post);
        route.map(|route| route.path)
    }

    /// Its request, unless it has custom code.
    pub fn route(&self) -> Option<&Route> {
        match &self.run {
            Run::Route(route) | Run::Operation(route) => Some(route),
            Run::Wait | Run::Custom(_) => None,
        }
    }
}

/// Application permissions, an AND of ORs.
pub type Roles = &'static [&'static [&'static str]];

/// What an action affects.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Effect {
    /// Only reads. Can be repeated freely.
    Read,
    /// Changes records at the service.
    Change,
    /// Changes what happens on every machine of the tenant.
    Policy,
    /// Affects a machine or its user. Never repeated blindly.
    Disrupt,
}

/// How an action runs.
#[derive(Debug)]
pub enum Run {
    /// One request.
    Route(Route),
    /// One request per target machine, followed to its end on request.
    Operation(Route),
    /// Waiting for the machine actions in the parameters.
    Wait,
    /// Custom code.
    Custom(Custom),
}

/// The custom code of an action.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Custom {
    /// Tests the connector.
    TestConnector,
    /// Finds the machine that a name means.
    ResolveHost,
    /// Reads which machines are isolated.
    IsolationState,
    /// Refuses: investigations can no longer be started.
    StartInvestigation,
    /// Returns the link to an investigation package.
    PackageLink,
    /// Fetches the output of live response commands.
    ActionResults,
    /// Uploads a file to the library and verifies that it arrived.
    LibraryUpload,
}
