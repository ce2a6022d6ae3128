//! The application in Entra that the settings name.

use serde_json::Value;
use url::Url;

/// The application, its tenant and their login server.
pub(crate) struct Application {
    login: String,
    tenant: String,
    client: String,
    may_act_for_person: bool,
}

impl Application {
    /// Of `config` as JSON text; `login` is the login server's origin where `config` leaves it to
    /// `cloud`.
    pub(crate) fn of(config: &str, login: Option<&str>) -> Self {
        let config: Value = serde_json::from_str(config).unwrap_or_default();
        let text = |key: &str| config[key].as_str().unwrap_or_default().to_owned();
        let login = config["oAuthServerUrl"].as_str().or(login).unwrap_or_default().to_owned();
        Self {
            login,
            tenant: text("tenantId"),
            client: text("clientId"),
            may_act_for_person: false,
        }
    }

    /// The same where the token was given, which may be that of a person who signed in.
    pub(crate) fn with_given_token(self, is_given: bool) -> Self {
        Self { may_act_for_person: is_given, ..self }
    }

    /// What Entra calls its permissions.
    pub(super) fn kind_of_permissions(&self) -> &'static str {
        match self.may_act_for_person {
            true => "Application permissions, or Delegated permissions for the token of a person",
            false => "Application permissions",
        }
    }

    /// Where an administrator gives consent to everything that is configured for the application.
    /// <https://learn.microsoft.com/en-us/entra/identity/enterprise-apps/grant-admin-consent#construct-the-url-for-granting-tenant-wide-admin-consent>.
    pub(crate) fn consent_url(&self) -> Option<String> {
        let mut url = Url::parse(&self.login).ok()?;
        url.path_segments_mut().ok()?.pop_if_empty().extend([self.tenant.as_str(), "adminconsent"]);
        url.query_pairs_mut().append_pair("client_id", &self.client);
        Some(url.into())
    }

    /// The way to the application's pages.
    pub(super) fn page(&self) -> String {
        format!("{} → App registrations → All applications → {}", self.centre(), self.client)
    }

    /// The admin centre of the tenant's cloud.
    fn centre(&self) -> String {
        let government = Url::parse(&self.login).is_ok_and(|url| {
            url.host_str().is_some_and(|host| host.ends_with(".microsoftonline.us"))
        });
        let suffix = if government { "us" } else { "com" };
        format!("Entra admin centre (https://entra.microsoft.{suffix})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_consent_page_is_the_settings_own_login_server_s() {
        let config = r#"{"tenantId": "contoso.example", "clientId": "a&b"}"#;
        let application = Application::of(config, Some("https://login.microsoftonline.us"));
        let url = "https://login.microsoftonline.us/contoso.example/adminconsent?client_id=a%26b";
        assert_eq!(application.consent_url().as_deref(), Some(url));
        assert!(application.centre().contains("entra.microsoft.us"));
        let config =
            r#"{"oAuthServerUrl": "http://127.0.0.1:1/base/", "tenantId": "t", "clientId": "c"}"#;
        let application = Application::of(config, Some("https://login.example"));
        assert_eq!(
            application.consent_url().as_deref(),
            Some("http://127.0.0.1:1/base/t/adminconsent?client_id=c")
        );
        assert_eq!(Application::of("{}", None).consent_url(), None);
    }
}
