//! The live response library: scripts and files for machines.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/list-library-files>.

use crate::catalogue::budget;
use crate::catalogue::fields::{ID, NOTHING, TEXT_OR_NULL, values};
use crate::catalogue::{Action, Effect, ResponseBody, Roles, Route, Run};
use crate::described::described;
use crate::schema::{Field, Kind, ObjectSchema};

/// Permissions to manage the library.
pub(crate) const MANAGE: Roles = &[&["Library.Manage"]];

/// A file of the library as the service returns it.
pub(crate) const LIBRARY_FILE: Kind = Kind::Open(&[
    Field::required("fileName", &Kind::AnyText, "Name, which identifies the file."),
    Field::optional("sha256", &TEXT_OR_NULL, "SHA-256."),
    Field::optional("description", &TEXT_OR_NULL, "What it is."),
    Field::optional(
        "hasParameters",
        &Kind::Nullable(&Kind::Boolean),
        "Whether the script takes arguments.",
    ),
    Field::optional("parametersDescription", &TEXT_OR_NULL, "Which arguments."),
]);

pub(crate) static GET_LIBRARY_FILES: Action = Action {
    name: "getLibraryFiles",
    title: described("List library files"),
    summary: described("Lists the scripts and files of the live response library."),
    category: described("Library"),
    effect: Effect::Read,
    roles: MANAGE,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[]),
    result: described(&Kind::Open(&[values!(&LIBRARY_FILE)])),
    docs: described("list-library-files"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/libraryfiles", ResponseBody::Collection)),
};

pub(crate) static DELETE_LIBRARY_FILE: Action = Action {
    name: "deleteLibraryFile",
    title: described("Delete library file"),
    summary: described("Removes a file from the live response library."),
    category: described("Library"),
    effect: Effect::Policy,
    roles: MANAGE,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[Field::required("fileName", &ID, "Name of the file.").in_path()]),
    result: described(&NOTHING),
    docs: described("delete-library"),
    deprecated: described(None),
    run: Run::Route(Route::delete("/api/libraryfiles/{fileName}")),
};
