//! What an action is: a row of data, with a function only where it is irregular.

use serde_json::Value;

use super::CATALOGUE;
use super::budget::Budget;
use super::proof::Change;
use crate::auth::Server;
use crate::client::Client;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::response::Record;
use crate::shape::{Input, Kind, Shape};
use crate::transport::Method;

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
    /// Application permissions: of every inner list any one is enough (the first is the least), and all inner lists are needed.
    pub roles: Roles,
    /// How often the service may be asked for it.
    pub budget: &'static Budget,
    /// Shape of `params`.
    pub params: &'static Shape,
    /// The result.
    pub result: &'static Kind,
    /// Microsoft's documentation: an address, or the name of one of the API's pages; [`Action::docs`] is the address.
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

    /// How often the service may be asked for it, told apart from every other budget.
    pub fn budget(&'static self) -> Budget {
        /// The families that are named come before those of single actions.
        const NAMED: usize = 16;
        let mut budget = *self.budget;
        if budget.family == 0 {
            let at = CATALOGUE.iter().position(|action| std::ptr::eq(*action, self)).unwrap_or_default();
            budget.family = u8::try_from(NAMED + at).unwrap_or(u8::MAX);
        }
        budget
    }

    /// Whose permissions its roles are.
    pub fn server(&self) -> Server {
        self.route().map_or(Server::Defender, |route| route.server)
    }

    /// The path of the POST request with which it reads, if there is one.
    pub fn read_post(&self) -> Option<&'static str> {
        let route = self.route().filter(|route| self.effect == Effect::Read && route.method == Method::Post);
        route.map(|route| route.path)
    }

    /// The request that it comes down to, if it is not code of its own.
    pub fn route(&self) -> Option<&Route> {
        match &self.run {
            Run::Route(route) | Run::Operation(route) => Some(route),
            Run::Wait | Run::Code(_) => None,
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
pub enum Run {
    /// One request, as the route says.
    Route(Route),
    /// One request for every machine that the parameters name, followed to its end where that is asked for.
    Operation(Route),
    /// Following the machine actions that the parameters name to their end.
    Wait,
    /// Code of its own.
    Code(fn(&mut Client<'_>, &'static Action, &Input) -> Result<Outcome, Error>),
}

impl std::fmt::Debug for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Route(route) | Self::Operation(route) => route.fmt(f),
            Self::Wait => f.write_str("Wait"),
            Self::Code(_) => f.write_str("Code"),
        }
    }
}

/// One request of the API.
#[derive(Debug)]
pub struct Route {
    /// Whom it goes to.
    pub server: Server,
    /// Method.
    pub method: Method,
    /// Path below the server's address; `{name}` stands for the parameter of that name.
    pub path: &'static str,
    /// What is in the body.
    pub body: Body,
    /// What the answer must be.
    pub answer: Answer,
}

impl Route {
    /// A request that reads.
    pub const fn get(path: &'static str, answer: Answer) -> Self {
        Self { server: Server::Defender, method: Method::Get, path, body: Body::None, answer }
    }

    /// A request that does something.
    pub const fn post(path: &'static str, body: Body, answer: Answer) -> Self {
        Self { server: Server::Defender, method: Method::Post, path, body, answer }
    }

    /// A request that changes a record.
    pub const fn patch(path: &'static str, body: Body, answer: Answer) -> Self {
        Self { server: Server::Defender, method: Method::Patch, path, body, answer }
    }

    /// A request that deletes a record.
    pub const fn delete(path: &'static str) -> Self {
        Self { server: Server::Defender, method: Method::Delete, path, body: Body::None, answer: Answer::Nothing }
    }

    /// The same request, to Microsoft Graph.
    pub const fn on_graph(mut self) -> Self {
        self.server = Server::Graph;
        self
    }
}

/// What is in a request's body.
#[derive(Debug)]
pub enum Body {
    /// There is none.
    None,
    /// The parameters whose place is the body, and these members besides.
    Members(&'static [(&'static str, &'static str)]),
    /// What a function makes of the parameters.
    Made(fn(&Input) -> Value),
}

/// What a function makes of an answer's body: nothing if it isn't what it must be.
pub type Check = fn(&Client<'_>, &Input, Vec<u8>) -> Result<Option<Outcome>, Error>;

/// A type of machine action.
#[derive(Debug)]
pub struct Started {
    /// The service's name for it.
    pub kind: &'static str,
    /// The type that undoes it; empty if it leaves no lasting state.
    pub undo: &'static str,
    /// What makes the result of one that has been followed to its end.
    pub finish: Option<Finish>,
}

/// What makes the result of a machine action that has ended.
pub type Finish = fn(&mut Client<'_>, &Record) -> Result<Value, Error>;

/// What an answer must be. All of them pass the service's members through untouched.
#[derive(Debug)]
pub enum Answer {
    /// One record with an `id`.
    Record,
    /// The record of what was changed, which is to show the change.
    Changed(&'static Change),
    /// One object.
    Object,
    /// No content: 204, or 200 with an empty body.
    Nothing,
    /// A collection, whole.
    Collection,
    /// A collection whose success or continuation is in its members: a function reads them.
    Checked(Check),
    /// A page of a collection, chosen by `page` and `pageSize` and filtered by the parameters whose place is the filter.
    Page,
    /// The machine action that the request started.
    Started(&'static Started),
    /// The machine action that the request cancelled; the parameter `actionId` names it.
    Cancelled,
}
