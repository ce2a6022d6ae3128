//! The live-response library: `GET /libraryfiles` and `DELETE /libraryfiles/{fileName}`.

use super::call::Call;
use super::listing;
use super::roles::LIBRARY;
use super::route::{Route, delete, get};
use crate::library::LibraryFile;
use crate::odata::schema::LIBRARY_FILE;
use crate::refusal::ApiError;
use crate::reply::Reply;

pub(super) const ROUTES: &[Route] =
    &[get("/api/libraryfiles", LIBRARY, list), delete("/api/libraryfiles/{name}", LIBRARY, remove)];

fn list(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let files = call.state.scenario.library.iter().map(LibraryFile::entity).collect();
    listing::reply(call, "LibraryFiles", &LIBRARY_FILE, files)
}

fn remove(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let name = call.segment(0).to_owned();
    let library = &mut call.state.scenario.library;
    let before = library.len();
    library.retain(|file| file.file_name != name);
    if library.len() == before {
        return Err(ApiError::not_found(format!("Library file {name} was not found")));
    }
    Ok(Reply::empty(204))
}
