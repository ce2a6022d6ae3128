//! Putting a file into the live response library, and making sure that it arrived.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/upload-library>. A form with several
//! parts (RFC 7578), 20 MB at most.

use crate::catalogue::budget;
use crate::catalogue::fields::WORDS;
use crate::catalogue::live_response::library::{LIBRARY_FILE, MANAGE};
use crate::catalogue::{Action, Custom, Effect, Run};
use crate::schema::{BASE64, CONTENT, FILE_NAME, Field, Kind, Shape};

pub(crate) static UPLOAD_LIBRARY_FILE: Action = Action {
    name: "uploadLibraryFile",
    title: "Upload library file",
    summary: "Puts a file into the live response library and compares its SHA-256 with the service's.",
    category: "Library",
    effect: Effect::Policy,
    roles: MANAGE,
    budget: &budget::STANDARD,
    params: &Shape::of(&[
        Field::required("fileName", &Kind::Text(&FILE_NAME), "Name; the key of the file."),
        Field::optional("content", &Kind::Text(&CONTENT), "Content as text."),
        Field::optional("contentBase64", &Kind::Text(&BASE64), "Content in Base64 (RFC 4648 §4)."),
        Field::optional("description", &WORDS, "What it is.").in_body("Description"),
        Field::optional("hasParameters", &Kind::Boolean, "Whether the script takes arguments.")
            .in_body("HasParameters"),
        Field::optional("parametersDescription", &WORDS, "Which arguments.")
            .in_body("ParametersDescription"),
        Field::optional(
            "overrideIfExists",
            &Kind::Boolean,
            "Whether a file of that name is replaced.",
        )
        .in_body("OverrideIfExists"),
    ])
    .exactly_one_of(&["content", "contentBase64"]),
    result: &LIBRARY_FILE,
    docs: "upload-library",
    deprecated: None,
    run: Run::Custom(Custom::LibraryUpload),
};
