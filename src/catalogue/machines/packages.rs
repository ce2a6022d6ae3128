//! Investigation packages: the link to the zip file of a finished collection.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/get-package-sas-uri>.

use crate::catalogue::budget;
use crate::catalogue::entities::READ_MACHINES;
use crate::catalogue::fields::ID;
use crate::catalogue::{Action, Custom, Effect, Run};
use crate::described::described;
use crate::schema::{Field, Kind, ObjectSchema};

pub(crate) static GET_PACKAGE_LINK: Action = Action {
    name: "getPackageLink",
    title: described("Get package link"),
    summary: described(
        "Gives the link to an investigation package, a secret for half an hour; `downloads` streams the package itself.",
    ),
    category: described("Machine actions"),
    effect: Effect::Read,
    roles: READ_MACHINES,
    budget: &budget::PACKAGE_LINKS,
    params: &ObjectSchema::new(&[Field::required(
        "id",
        &ID,
        "ID of the machine action that collected it.",
    )])
    .with_alias("actionId", "id"),
    result: described(&Kind::Open(&[Field::required(
        "value",
        &Kind::AnyText,
        "The link. It is signed: treat it as a secret.",
    )])),
    docs: described("get-package-sas-uri"),
    deprecated: described(None),
    run: Run::Custom(Custom::PackageLink),
};
