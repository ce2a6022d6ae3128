//! Who requested a machine action, as far as its record and our token show.

use super::{Member, Record};
use crate::text::is_guid;

/// This connector's identity at the service.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// GUIDs of the application and its service principal; empty if unknown.
    pub ids: Vec<String>,
    /// Display name of the application, or of the user it acts for.
    pub names: Vec<String>,
    /// User principal names of the user it acts for; empty for an application acting on its own.
    pub users: Vec<String>,
    /// Whether all of this comes from a token, so that what is missing does not exist.
    pub known: bool,
}

impl Caller {
    /// Whether a record was certainly requested by another application or by a user. The service
    /// names applications by ID or by display name.
    ///
    /// <https://learn.microsoft.com/en-us/defender-endpoint/api/machineaction>.
    pub fn is_by_other(&self, record: &Record) -> bool {
        let is_portals = |source: &str| {
            source.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("portal"))
        };
        if let Member::Value(source) = record.read_text("requestSource")
            && is_portals(source.trim())
        {
            return true;
        }
        let Member::Value(requestor) = record.read_text("requestor") else { return false };
        let requestor = requestor.trim();
        let is_one_of =
            |known: &[String]| known.iter().any(|known| known.eq_ignore_ascii_case(requestor));
        if requestor.is_empty()
            || is_one_of(&self.ids)
            || is_one_of(&self.names)
            || is_one_of(&self.users)
        {
            return false;
        }
        match () {
            () if is_guid(requestor) => self.known && !self.ids.is_empty(),
            () if requestor.contains('@') => self.known,
            () => !self.names.is_empty(),
        }
    }
}
