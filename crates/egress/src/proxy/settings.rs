//! The builder's and the environment's settings for proxies.

use super::{Proxies, Proxy};
use crate::InvalidSetting;
use crate::environment::Environment;
use crate::hidden::Hidden;
use crate::parsed::each;
use crate::pattern::HostPattern;
use crate::target::Scheme;

/// The settings as supplied.
#[derive(Clone, Debug, Default)]
pub(crate) struct ProxySettings {
    pub(crate) all: Option<Hidden>,
    pub(crate) http: Option<Hidden>,
    pub(crate) https: Option<Hidden>,
    pub(crate) bypass: Vec<String>,
    pub(crate) no_proxy: Vec<String>,
    pub(crate) only: Option<Vec<String>>,
    pub(crate) environment: Environment,
}

impl ProxySettings {
    /// Parses the settings. `uses` says whether the allow-list has entries of a scheme: of the
    /// environment, only variables for these are read.
    pub(crate) fn parse(&self, uses: impl Fn(Scheme) -> bool) -> Result<Proxies, InvalidSetting> {
        let only = self.only.as_deref().map(|hosts| each("proxy_only", hosts, HostPattern::parse));
        let mut proxies = Proxies {
            http: either("http_proxy", self.http.as_ref(), self.all.as_ref())?,
            https: either("https_proxy", self.https.as_ref(), self.all.as_ref())?,
            bypass: each("proxy_bypass", &self.bypass, HostPattern::parse)?,
            only: only.transpose()?,
            ..Proxies::default()
        };
        for list in &self.no_proxy {
            if let Some(entry) = proxies.no_proxy.add(list).first() {
                return Err(InvalidSetting {
                    setting: "no_proxy",
                    value: (*entry).to_owned(),
                    problem: "an entry is a name, an address, a network or `*`".to_owned(),
                });
            }
        }
        if proxies.http.is_none() && proxies.https.is_none() {
            self.add_environment(&mut proxies, uses)?;
        }
        Ok(proxies)
    }

    fn add_environment(
        &self,
        proxies: &mut Proxies,
        uses: impl Fn(Scheme) -> bool,
    ) -> Result<(), InvalidSetting> {
        let proxy = |scheme| {
            let found = uses(scheme).then(|| self.environment.proxy(scheme)).flatten();
            found.map(|(variable, value)| by_variable(variable, &value)).transpose()
        };
        proxies.https = proxy(Scheme::Https)?;
        proxies.http = proxy(Scheme::Http)?;
        for proxy in [&proxies.https, &proxies.http].into_iter().flatten() {
            let variable = proxy.variable.map(|name| (name, proxy.target.to_string()));
            proxies.variables.extend(variable);
        }
        proxies.variables.dedup();
        let Some((variable, list)) = self.environment.no_proxy() else { return Ok(()) };
        if proxies.variables.is_empty() {
            return Ok(());
        }
        let unread = proxies.no_proxy.add(&list);
        let shown = if unread.is_empty() {
            list.clone()
        } else {
            format!("{list} (not understood: {})", unread.join(", "))
        };
        proxies.variables.push((variable, shown));
        Ok(())
    }
}

fn either(
    setting: &'static str,
    own: Option<&Hidden>,
    all: Option<&Hidden>,
) -> Result<Option<Proxy>, InvalidSetting> {
    match (own, all) {
        (Some(Hidden(url)), _) => Proxy::parse(setting, url).map(Some),
        (None, Some(Hidden(url))) => Proxy::parse("proxy", url).map(Some),
        (None, None) => Ok(None),
    }
}

/// Without a scheme, a proxy in the environment is an http one.
fn by_variable(variable: &'static str, value: &str) -> Result<Proxy, InvalidSetting> {
    let url = if value.contains("://") { value.to_owned() } else { format!("http://{value}") };
    Ok(Proxy { variable: Some(variable), ..Proxy::parse(variable, &url)? })
}
