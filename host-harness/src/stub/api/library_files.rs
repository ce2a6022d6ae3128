//! The live-response library: `GET /libraryfiles`.

use super::call::Call;
use super::error::ApiError;
use super::listing;
use crate::stub::library::LibraryFile;
use crate::stub::odata::schema::LIBRARY_FILE;
use crate::stub::reply::Reply;

/// `GET /api/libraryfiles`.
pub(crate) fn list(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let files = call.world.scenario.library.iter().map(LibraryFile::entity).collect();
    listing::reply(call, "LibraryFiles", &LIBRARY_FILE, files)
}
