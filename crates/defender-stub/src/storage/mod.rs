//! Storage: an Azure blob account that accepts signed links and no bearer token, and the host of
//! investigation packages, assumed to do the same (undocumented).

mod blobs;
pub(crate) mod link;

use uuid::Uuid;

use self::link::BadLink;
use crate::fault_plan;
use crate::hosts::ServiceId;
use crate::reply::Reply;
use crate::request::Request;
use crate::state::ServiceState;

/// Answers a request to the storage account. Faults apply before any check.
pub(crate) fn answer(state: &mut ServiceState, request: &Request) -> Reply {
    fault_plan::inject(state, request, ServiceId::Storage, |state| blob(state, request))
}

fn blob(state: &ServiceState, request: &Request) -> Reply {
    if request.value("authorization").is_some() {
        return refusal(400, "InvalidAuthenticationInfo");
    }
    if request.method != "GET" {
        return refusal(405, "UnsupportedHttpVerb");
    }
    if !request.body.is_empty() {
        return refusal(400, "InvalidInput");
    }
    let now = state.clock.now();
    match link::check(state, &request.path, &request.query, now) {
        Err(BadLink::Signature | BadLink::Expired) => return refusal(403, "AuthenticationFailed"),
        Ok(()) => {}
    }
    match blobs::find(state, &request.path, now) {
        Some(blob) => Reply::text(200, "application/octet-stream", blob.content)
            .with("content-disposition", format!("attachment; filename=\"{}\"", blob.file_name))
            .with("x-ms-blob-type", "BlockBlob")
            .with("x-ms-request-id", Uuid::new_v4().to_string()),
        None => refusal(404, "BlobNotFound"),
    }
}

/// An error response in the storage service's XML format.
pub(crate) fn refusal(status: u16, code: &str) -> Reply {
    let id = Uuid::new_v4();
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>{code}\nRequestId:{id}</Message></Error>"
    );
    Reply::text(status, "application/xml", body)
        .with("x-ms-request-id", id.to_string())
        .with("x-ms-error-code", code)
}
