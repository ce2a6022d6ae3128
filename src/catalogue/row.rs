//! What an action is: a row of data.

use super::budget::Budget;
use super::route::Route;
use super::server::Server;
use crate::method::Method;
use crate::shape::{Kind, Shape};

/// One action.
#[derive(Debug)]
pub struct Action {
    /// The name to give to `execute`.
    pub name: &'static str,
    /// Short label for people.
    pub title: &'static str,
    /// One sentence: what it does.
    pub summary: &'static str,
    /// Its family, for people and for grouping.
    pub category: &'static str,
    /// What it does to the world.
    pub effect: Effect,
    /// Application permissions: of every inner list any one is enough (the first is the least), and
    /// all inner lists are needed.
    pub roles: Roles,
    /// How often the service may be asked for it.
    pub budget: &'static Budget,
    /// Shape of `params`.
    pub params: &'static Shape,
    /// The result.
    pub result: &'static Kind,
    /// Microsoft's documentation: an address, or the name of one of the API's pages;
    /// [`Action::docs`] is the address.
    pub docs: &'static str,
    /// Why not to use it any more, and what instead.
    pub deprecated: Option<&'static str>,
    /// How it is done.
    pub run: Run,
}

/// Where Microsoft documents Defender for Endpoint's API.
const DOCS: &str = "https://learn.microsoft.com/en-us/defender-endpoint/api/";

impl Action {
    /// The address of Microsoft's documentation.
    pub fn docs(&self) -> String {
        match self.docs.contains(':') {
            true => self.docs.to_owned(),
            false => format!("{DOCS}{}", self.docs),
        }
    }

    /// Whose permissions its roles are.
    pub fn server(&self) -> Server {
        self.route().map_or(Server::Defender, |route| route.server)
    }

    /// The path of the POST request with which it reads, if there is one.
    pub fn read_post(&self) -> Option<&'static str> {
        let route = self
            .route()
            .filter(|route| self.effect == Effect::Read && route.method == Method::Post);
        route.map(|route| route.path)
    }

    /// The request that it comes down to, if it is not code of its own.
    pub fn route(&self) -> Option<&Route> {
        match &self.run {
            Run::Route(route) | Run::Operation(route) => Some(route),
            Run::Wait | Run::Custom(_) => None,
        }
    }
}

/// Application permissions, an AND of ORs.
pub type Roles = &'static [&'static [&'static str]];

/// What an action does to the world.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Effect {
    /// Reads only. May be repeated at will.
    Read,
    /// Changes records at the service.
    Change,
    /// Changes what happens on every machine of the tenant.
    Policy,
    /// Touches a machine or its user. Never repeated blindly.
    Disrupt,
}

/// How an action is done.
#[derive(Debug)]
pub enum Run {
    /// One request, as the route says.
    Route(Route),
    /// One request for every machine that the parameters name, followed to its end where that is
    /// asked for.
    Operation(Route),
    /// Following the machine actions that the parameters name to their end.
    Wait,
    /// Code of its own.
    Custom(Custom),
}

/// Which code of its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Custom {
    /// Makes the connector's test.
    TestConnector,
    /// Finds the machine that a name means.
    ResolveHost,
    /// Reads which machines are isolated.
    IsolationState,
    /// Refuses: investigations can no longer be started.
    StartInvestigation,
    /// Asks for the link to an investigation package.
    PackageLink,
    /// Reads what the commands of a live response left.
    ActionResults,
    /// Uploads a file to the library and checks that it arrived.
    LibraryUpload,
}
