//! One request of the API: where it goes, what is in its body, what its answer must be.

use super::change::Change;
use super::server::Server;
use crate::method::Method;

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
        Self {
            server: Server::Defender,
            method: Method::Delete,
            path,
            body: Body::None,
            answer: Answer::Nothing,
        }
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
    /// Nothing.
    None,
    /// The parameters whose place is the body, and these members as well.
    Members(&'static [(&'static str, &'static str)]),
    /// JSON in a form of its own.
    Made(Made),
}

/// JSON in a form of its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Made {
    /// A hunting query.
    Query,
    /// Live response: run a script.
    RunScript,
    /// Live response: put a file there.
    PutFile,
    /// Live response: bring a file back.
    GetFile,
    /// Live response: several commands.
    Commands,
}

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
    /// A collection whose success or continuation is in its members.
    Checked(Check),
    /// A page of a collection, chosen by `page` and `pageSize` and filtered by the parameters whose
    /// place is the filter.
    Page,
    /// The machine action that the request started.
    Started(&'static Started),
    /// The machine action that the request cancelled; the parameter `actionId` names it.
    Cancelled,
}

/// What is read in a collection's members.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Check {
    /// Whether each indicator was imported.
    Imported,
    /// Whether each machine has the tag, or lacks it.
    Tagged,
    /// Whether an export goes on, and where.
    Export,
}

/// A type of machine action.
#[derive(Debug)]
pub struct Started {
    /// The service's name for it.
    pub kind: &'static str,
    /// The type that undoes it; empty if it leaves no lasting state.
    pub undo: &'static str,
    /// What the result of one that has been followed to its end consists of, if it is more than its
    /// record.
    pub finish: Option<Finish>,
}

/// What the result of a machine action consists of that has ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Finish {
    /// What its one command left.
    FirstResult,
    /// A record for each command, with what scripts left.
    CommandResults,
}
