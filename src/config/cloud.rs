//! The clouds that Defender for Endpoint runs in, with their addresses.
//!
//! Sources: <https://learn.microsoft.com/en-us/defender-endpoint/api/exposed-apis-list>,
//! <https://learn.microsoft.com/en-us/defender-endpoint/gov>,
//! <https://learn.microsoft.com/en-us/graph/deployments>.

/// The addresses of one cloud.
#[derive(Debug)]
pub(super) struct Cloud {
    /// Value of `config.cloud`.
    pub(super) name: &'static str,
    /// Defender's API.
    pub(super) api_url: &'static str,
    /// Entra's login server.
    pub(super) login_url: &'static str,
    /// Scope of tokens for Defender's API. The regional servers accept the worldwide scope.
    pub(super) scope: &'static str,
    /// Microsoft Graph.
    pub(super) graph_url: &'static str,
    /// Scope of tokens for Microsoft Graph.
    pub(super) graph_scope: &'static str,
    /// Where result files are stored.
    pub(super) result_hosts: &'static [&'static str],
}

/// Names of all clouds, in the order of [`CLOUDS`].
pub(super) const NAMES: &[&str] =
    &["commercial", "us", "eu", "uk", "au", "swa", "ina", "aea", "gcc", "gccHigh", "dod"];

const LOGIN: &str = "https://login.microsoftonline.com";
const LOGIN_GOVERNMENT: &str = "https://login.microsoftonline.us";
const SCOPE: &str = "https://api.securitycenter.microsoft.com/.default";
const RESULT_HOSTS: &[&str] = &["*.blob.core.windows.net", "*.securitycenter.windows.com"];
const RESULT_HOSTS_GOVERNMENT: &[&str] =
    &["*.blob.core.usgovcloudapi.net", "*.securitycenter.microsoft.us"];

const fn commercial(name: &'static str, api_url: &'static str) -> Cloud {
    Cloud {
        name,
        api_url,
        login_url: LOGIN,
        scope: SCOPE,
        graph_url: "https://graph.microsoft.com",
        graph_scope: "https://graph.microsoft.com/.default",
        result_hosts: RESULT_HOSTS,
    }
}

const fn government(
    name: &'static str,
    graph_url: &'static str,
    graph_scope: &'static str,
) -> Cloud {
    Cloud {
        name,
        api_url: "https://api-gov.securitycenter.microsoft.us",
        login_url: LOGIN_GOVERNMENT,
        scope: "https://api-gov.securitycenter.microsoft.us/.default",
        graph_url,
        graph_scope,
        result_hosts: RESULT_HOSTS_GOVERNMENT,
    }
}

/// All clouds.
pub(super) const CLOUDS: &[Cloud] = &[
    commercial("commercial", "https://api.security.microsoft.com"),
    commercial("us", "https://us.api.security.microsoft.com"),
    commercial("eu", "https://eu.api.security.microsoft.com"),
    commercial("uk", "https://uk.api.security.microsoft.com"),
    commercial("au", "https://au.api.security.microsoft.com"),
    commercial("swa", "https://swa.api.security.microsoft.com"),
    commercial("ina", "https://ina.api.security.microsoft.com"),
    commercial("aea", "https://aea.api.security.microsoft.com"),
    Cloud {
        name: "gcc",
        api_url: "https://api-gcc.securitycenter.microsoft.us",
        login_url: LOGIN,
        scope: "https://api-gcc.securitycenter.microsoft.us/.default",
        graph_url: "https://graph.microsoft.com",
        graph_scope: "https://graph.microsoft.com/.default",
        result_hosts: &[
            "*.blob.core.windows.net",
            "*.blob.core.usgovcloudapi.net",
            "*.securitycenter.microsoft.us",
        ],
    },
    government("gccHigh", "https://graph.microsoft.us", "https://graph.microsoft.us/.default"),
    government("dod", "https://dod-graph.microsoft.us", "https://dod-graph.microsoft.us/.default"),
];

/// Finds a cloud by name. Returns the commercial cloud for an unknown name, which the schema has
/// rejected before.
pub(super) fn find(name: &str) -> &'static Cloud {
    CLOUDS.iter().find(|cloud| cloud.name == name).unwrap_or(&CLOUDS[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_its_cloud() {
        let names: Vec<&str> = CLOUDS.iter().map(|cloud| cloud.name).collect();
        assert_eq!(names, NAMES);
    }
}
