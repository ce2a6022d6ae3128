//! Who is at work: the user and the machine, as the operating system says; and as which application
//! at the service.

use serde_json::Value;

use crate::calls::Record;
use crate::json::Document;
use crate::session::Session;

/// The members of a line that say who.
#[derive(Clone)]
pub(super) struct Who {
    user: Option<String>,
    uid: Option<u32>,
    host: Option<String>,
    connector_id: String,
    client_id: Option<String>,
    tenant_id: Option<String>,
}

impl Who {
    pub(super) fn of(session: &Session) -> Self {
        let config: Value = serde_json::from_str(&session.config).unwrap_or_default();
        let text = |name: &str| config[name].as_str().map(str::to_owned);
        Self {
            user: whoami::username().ok(),
            uid: uid(),
            host: whoami::hostname().ok(),
            connector_id: session.connector.id().to_owned(),
            client_id: text("clientId"),
            tenant_id: text("tenantId"),
        }
    }

    /// The same for a call that is kept, whose connector is not at work.
    pub(super) fn of_record(record: &Record) -> Self {
        Self {
            user: whoami::username().ok(),
            uid: uid(),
            host: whoami::hostname().ok(),
            connector_id: record.connector.name.clone(),
            client_id: None,
            tenant_id: record.connector.tenant_id.clone(),
        }
    }

    pub(super) fn write(&self, document: Document) -> Document {
        document
            .member("user", &self.user)
            .member("uid", self.uid)
            .member("host", &self.host)
            .member("connectorId", &self.connector_id)
            .member("clientId", &self.client_id)
            .member("tenantId", &self.tenant_id)
    }
}

/// The number of the user who started the program, which no environment variable can change.
#[cfg(unix)]
fn uid() -> Option<u32> {
    Some(rustix::process::getuid().as_raw())
}

#[cfg(not(unix))]
fn uid() -> Option<u32> {
    None
}
