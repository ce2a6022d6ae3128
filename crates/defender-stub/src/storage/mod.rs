//! Storage: an Azure blob account that accepts signed links and no bearer token, and the host of
//! investigation packages, assumed to do the same (undocumented).

mod blobs;

use uuid::Uuid;

use crate::hosts::ServiceId;
use crate::inject::inject;
use crate::refusal;
use crate::reply::Reply;
use crate::request::Request;
use crate::signed_link::{self, BadLink};
use crate::state::ServiceState;

/// Answers a request to the storage account. Faults apply before any check.
pub(crate) fn answer(state: &mut ServiceState, request: &Request) -> Reply {
    inject(state, request, ServiceId::Storage, |state| blob(state, request))
}

fn blob(state: &ServiceState, request: &Request) -> Reply {
    if request.value("authorization").is_some() {
        return refusal::storage(400, "InvalidAuthenticationInfo");
    }
    if request.method != "GET" {
        return refusal::storage(405, "UnsupportedHttpVerb");
    }
    if !request.body.is_empty() {
        return refusal::storage(400, "InvalidInput");
    }
    let now = state.clock.now();
    match signed_link::check(state, &request.path, &request.query, now) {
        Err(BadLink::Signature | BadLink::Expired) => {
            return refusal::storage(403, "AuthenticationFailed");
        }
        Ok(()) => {}
    }
    match blobs::find(state, &request.path, now) {
        Some(blob) => Reply::text(200, "application/octet-stream", blob.content)
            .with("content-disposition", format!("attachment; filename=\"{}\"", blob.file_name))
            .with("x-ms-blob-type", "BlockBlob")
            .with("x-ms-request-id", Uuid::new_v4().to_string()),
        None => refusal::storage(404, "BlobNotFound"),
    }
}
