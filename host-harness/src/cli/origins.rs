//! What each origin is for that the connector may call.

use std::fmt;

use serde_json::Value;
use url::Url;

/// What an origin is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Entra's login server.
    Login,
    /// Defender's API.
    Api,
    /// Microsoft Graph.
    Graph,
    /// Where results and packages lie.
    Results,
}

/// An origin or a pattern of origins.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// `https://host[:port]`; a host may begin with `*.`.
    pub(crate) origin: String,
    /// What for; several where one server does it all.
    pub(crate) purposes: Vec<Purpose>,
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Login => "login",
            Self::Api => "Defender's API",
            Self::Graph => "Microsoft Graph, for hunting",
            Self::Results => "result storage: output of scripts, collected files, packages",
        })
    }
}

impl Origin {
    /// What for, in words.
    pub(crate) fn purpose(&self) -> String {
        if self.purposes.is_empty() {
            return "the component calls it".to_owned();
        }
        self.purposes.iter().map(Purpose::to_string).collect::<Vec<_>>().join("; ")
    }

    /// The same, for who knows what.
    pub(crate) fn unexplained(self) -> Self {
        Self { purposes: Vec::new(), ..self }
    }

    /// Whether it stands for many origins, of which none is known yet.
    pub(crate) fn is_pattern(&self) -> bool {
        self.origin.contains('*')
    }
}

/// The origins of an answer to `configure` with what each is for.
///
/// The embedded component names login, API and Graph in this order, then result storage, and none of them twice. What `config`
/// sets is found by its origin; what it leaves to `cloud` is the next one.
pub(crate) fn explained(config: &str, origins: &[String]) -> Vec<Origin> {
    let config: Value = serde_json::from_str(config).unwrap_or_default();
    let set = |key: &str| Some(Url::parse(config[key].as_str()?).ok()?.origin().ascii_serialization());
    let mut explained: Vec<Origin> =
        origins.iter().map(|origin| Origin { origin: origin.clone(), purposes: Vec::new() }).collect();
    let mut next = 0;
    for (key, purpose) in [("oAuthServerUrl", Purpose::Login), ("apiUrl", Purpose::Api), ("graphUrl", Purpose::Graph)] {
        let known =
            set(key).and_then(|set| origins[..next.min(origins.len())].iter().position(|origin| *origin == set));
        let index = known.unwrap_or(next);
        if let Some(origin) = explained.get_mut(index) {
            origin.purposes.push(purpose);
        }
        next = next.max(index + 1);
    }
    for origin in explained.iter_mut().skip(next) {
        origin.purposes.push(Purpose::Results);
    }
    explained
}

#[cfg(test)]
mod tests {
    use super::*;

    fn purposes(config: &str, origins: &[&str]) -> Vec<Vec<Purpose>> {
        let origins: Vec<String> = origins.iter().map(|origin| (*origin).to_owned()).collect();
        explained(config, &origins).into_iter().map(|origin| origin.purposes).collect()
    }

    #[test]
    fn presets_come_in_order_and_result_storage_last() {
        let origins =
            ["https://login.example", "https://api.example", "https://graph.example", "https://*.blob.example"];
        let all = [vec![Purpose::Login], vec![Purpose::Api], vec![Purpose::Graph], vec![Purpose::Results]];
        assert_eq!(purposes("{}", &origins), all);
        assert_eq!(purposes(r#"{"apiUrl": "https://api.example/x"}"#, &origins), all);
    }

    #[test]
    fn one_server_may_do_it_all() {
        let config = r#"{"oAuthServerUrl": "http://127.0.0.1:1", "apiUrl": "http://127.0.0.1:1/api", "graphUrl": "http://127.0.0.1:1"}"#;
        let all = [vec![Purpose::Login, Purpose::Api, Purpose::Graph], vec![Purpose::Results]];
        assert_eq!(purposes(config, &["http://127.0.0.1:1", "http://127.0.0.1:2"]), all);
        let config = r#"{"oAuthServerUrl": "https://own.example", "graphUrl": "https://own.example"}"#;
        let two = [vec![Purpose::Login, Purpose::Graph], vec![Purpose::Api]];
        assert_eq!(purposes(config, &["https://own.example", "https://api.example"]), two);
        assert!(purposes("oops", &[]).is_empty());
    }
}
