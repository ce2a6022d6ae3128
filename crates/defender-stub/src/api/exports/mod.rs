//! Exports of vulnerability management: paged JSON, and files in storage.

pub(crate) mod files;
mod pages;
mod rows;

use self::files::file_export;
use self::pages::{changes, page};
use self::rows::Report;
use super::roles::{Roles, SOFTWARE_READ, VULNERABILITY_READ};
use super::route::{Handler, Route, get};

pub(super) const ROUTES: &[Route] = &[
    paged("/api/machines/SecureConfigurationsAssessmentByMachine", VULNERABILITY_READ, |call| {
        page(call, Report::Configurations)
    }),
    paged("/api/machines/SoftwareInventoryByMachine", SOFTWARE_READ, |call| {
        page(call, Report::Software)
    }),
    paged("/api/machines/SoftwareVulnerabilitiesByMachine", VULNERABILITY_READ, |call| {
        page(call, Report::Vulnerabilities)
    }),
    paged("/api/machines/SoftwareVulnerabilityChangesByMachine", VULNERABILITY_READ, changes),
    filed("/api/machines/SecureConfigurationsAssessmentExport", VULNERABILITY_READ, |call| {
        file_export(call, Report::Configurations)
    }),
    filed("/api/machines/SoftwareInventoryExport", SOFTWARE_READ, |call| {
        file_export(call, Report::Software)
    }),
    filed("/api/machines/SoftwareVulnerabilitiesExport", VULNERABILITY_READ, |call| {
        file_export(call, Report::Vulnerabilities)
    }),
];

const fn paged(path: &'static str, roles: Roles, handler: Handler) -> Route {
    get(path, roles, handler).rate(30, 1000)
}

const fn filed(path: &'static str, roles: Roles, handler: Handler) -> Route {
    get(path, roles, handler).rate(5, 20)
}
