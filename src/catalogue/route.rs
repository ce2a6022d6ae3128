//! Routes: where a request goes, what its body contains, and what its response must be.

use super::change::Change;
use super::server::Server;
use crate::method::Method;

/// One API request.
#[derive(Debug)]
pub struct Route {
    /// The server that it goes to.
    pub server: Server,
    /// Method.
    pub method: Method,
    /// Path below the server's address; `{name}` stands for the parameter of that name.
    pub path: &'static str,
    /// Content of the body.
    pub body: Body,
    /// What the response must be.
    pub response: ResponseBody,
}

impl Route {
    /// A request that reads.
    pub const fn get(path: &'static str, response: ResponseBody) -> Self {
        Self { server: Server::Defender, method: Method::Get, path, body: Body::None, response }
    }

    /// A POST request.
    pub const fn post(path: &'static str, body: Body, response: ResponseBody) -> Self {
        Self { server: Server::Defender, method: Method::Post, path, body, response }
    }

    /// A request that changes a record.
    pub const fn patch(path: &'static str, body: Body, response: ResponseBody) -> Self {
        Self { server: Server::Defender, method: Method::Patch, path, body, response }
    }

    /// A request that deletes a record.
    pub const fn delete(path: &'static str) -> Self {
        Self {
            server: Server::Defender,
            method: Method::Delete,
            path,
            body: Body::None,
            response: ResponseBody::Empty,
        }
    }

    /// Sends the request to Microsoft Graph.
    pub const fn on_graph(mut self) -> Self {
        self.server = Server::Graph;
        self
    }
}

/// Content of a request's body.
#[derive(Debug)]
pub enum Body {
    /// Nothing.
    None,
    /// The parameters whose location is the body, and these constants.
    Json(&'static [(&'static str, &'static str)]),
    /// Custom JSON.
    Custom(CustomBody),
}

/// A custom JSON body.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CustomBody {
    /// A hunting query.
    Query,
    /// Live response: run a script.
    RunScript,
    /// Live response: put a file on the machine.
    PutFile,
    /// Live response: get a file from the machine.
    GetFile,
    /// Live response: several commands.
    Commands,
}

/// What a response body must be. The service's members are always passed through unchanged.
#[derive(Debug)]
pub enum ResponseBody {
    /// One record with an `id`.
    Record,
    /// The record of what was changed, which must show the change.
    Changed(&'static Change),
    /// One object.
    Object,
    /// No content: 204, or 200 with an empty body.
    Empty,
    /// A collection, complete.
    Collection,
    /// A collection whose members contain the success or the continuation.
    WithCheck(CollectionCheck),
    /// A page of a collection, selected by `page` and `pageSize` and by the filter parameters.
    Page,
    /// The machine action that the request started.
    Job(&'static JobType),
    /// The machine action that the request cancelled, named by the parameter `actionId`.
    CancelledJob,
}

/// What to check in a collection's members.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CollectionCheck {
    /// Whether each indicator was imported.
    Imported,
    /// Whether each machine has, or lacks, the tag.
    Tagged,
    /// Whether an export continues, and where.
    Export,
}

/// A type of machine action.
#[derive(Debug)]
pub struct JobType {
    /// The service's name for it.
    pub kind: &'static str,
    /// The type that undoes it; empty if it leaves no lasting state.
    pub inverse: &'static str,
    /// The output to fetch after its end, if the result is more than its record.
    pub finish: Option<ResultFetcher>,
}

/// The output to fetch from a machine action that has ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ResultFetcher {
    /// The output of its only command.
    FirstCommand,
    /// A record for each command, with the output of scripts.
    AllCommands,
}
