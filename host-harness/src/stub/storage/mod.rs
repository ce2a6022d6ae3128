//! Result storage: an Azure blob account that takes signed links and no bearer.

pub(crate) mod link;

use uuid::Uuid;

use self::link::BadLink;
use crate::stub::fault_plan;
use crate::stub::hosts::Surface;
use crate::stub::reply::Reply;
use crate::stub::request::Request;
use crate::stub::template::Template;
use crate::stub::world::World;

/// Answers a request to the storage account. Faults strike before anything is checked.
pub(crate) fn answer(world: &mut World, request: &Request) -> Reply {
    fault_plan::inject(world, request, Surface::Storage, |world| blob(world, request))
}

fn blob(world: &World, request: &Request) -> Reply {
    if request.value("authorization").is_some() {
        return refusal(400, "InvalidAuthenticationInfo");
    }
    if request.method != "GET" {
        return refusal(405, "UnsupportedHttpVerb");
    }
    if !request.body.is_empty() {
        return refusal(400, "InvalidInput");
    }
    let now = world.clock.now();
    match link::check(world, &request.path, &request.query, now) {
        Err(BadLink::Signature | BadLink::Expired) => return refusal(403, "AuthenticationFailed"),
        Ok(()) => {}
    }
    let captured = Template::new("GET /results/{action}/{index}").captures(&request.path).unwrap_or_default();
    let artifact = match captured.as_slice() {
        [action, index] => {
            index.parse::<usize>().ok().and_then(|index| world.action(action)?.commands.get(index)?.artifact.as_ref())
        }
        _ => None,
    };
    match artifact {
        Some(artifact) => Reply::text(200, "application/octet-stream", artifact.content.clone())
            .with("content-disposition", format!("attachment; filename=\"{}\"", artifact.file_name))
            .with("x-ms-blob-type", "BlockBlob")
            .with("x-ms-request-id", Uuid::new_v4().to_string()),
        None => refusal(404, "BlobNotFound"),
    }
}

/// A refusal in the storage service's XML.
pub(crate) fn refusal(status: u16, code: &str) -> Reply {
    let id = Uuid::new_v4();
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>{code}\nRequestId:{id}</Message></Error>"
    );
    Reply::text(status, "application/xml", body).with("x-ms-request-id", id.to_string()).with("x-ms-error-code", code)
}
