//! Uploads to the live response library, verified by SHA-256.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/upload-library>. A multipart form (RFC
//! 7578), 20 MB at most.

use crate::catalogue::budget;
use crate::catalogue::fields::NON_BLANK;
use crate::catalogue::live_response::library::{LIBRARY_FILE, MANAGE};
use crate::catalogue::{Action, Custom, Effect, Run};
use crate::described::described;
use crate::schema::{BASE64, CONTENT, FILE_NAME, Field, Kind, ObjectSchema};

pub(crate) static UPLOAD_LIBRARY_FILE: Action = Action {
    name: "uploadLibraryFile",
    title: described("Upload library file"),
    summary: described(
        "Puts a file into the live response library and compares its SHA-256 with the service's.",
    ),
    category: described("Library"),
    effect: Effect::Policy,
    roles: MANAGE,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[
        Field::required("fileName", &Kind::Text(&FILE_NAME), "Name, which identifies the file."),
        Field::optional("content", &Kind::Text(&CONTENT), "Content as text."),
        Field::optional("contentBase64", &Kind::Text(&BASE64), "Content in Base64 (RFC 4648 §4)."),
        Field::optional("description", &NON_BLANK, "What it is.").in_body("Description"),
        Field::optional("hasParameters", &Kind::Boolean, "Whether the script takes arguments.")
            .in_body("HasParameters"),
        Field::optional("parametersDescription", &NON_BLANK, "Which arguments.")
            .in_body("ParametersDescription"),
        Field::optional(
            "overrideIfExists",
            &Kind::Boolean,
            "Whether to replace a file of that name.",
        )
        .in_body("OverrideIfExists"),
    ])
    .exactly_one_of(&["content", "contentBase64"]),
    result: described(&LIBRARY_FILE),
    docs: described("upload-library"),
    deprecated: described(None),
    run: Run::Custom(Custom::LibraryUpload),
};
