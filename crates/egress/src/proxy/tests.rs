use crate::EgressBuilder;
use crate::InvalidSetting;
use crate::environment::Environment;

/// The proxy of each destination.
fn proxies(builder: EgressBuilder, uris: &[&str]) -> Vec<Option<String>> {
    let egress = builder.allow("https://*").allow("http://*").build().unwrap();
    uris.iter().map(|uri| egress.proxy_of(uri).map(|proxy| proxy.url)).collect()
}

fn environment(variables: &'static [(&'static str, &'static str)]) -> Environment {
    let find = |name: &str| variables.iter().find(|(known, _)| *known == name);
    Environment::of(|name| find(name).map(|(_, value)| (*value).into()))
}

const URIS: [&str; 2] = ["https://api.example", "http://api.example"];

#[test]
fn only_and_bypass_say_whom_it_is_for() {
    let uris = ["https://api.example", "https://other.example", "https://x.inside.example"];
    let builder = || EgressBuilder::default().proxy("http://proxy.example:3128");
    let expected = |uses: [bool; 3]| {
        uses.map(|uses| uses.then(|| "http://proxy.example:3128".to_owned())).to_vec()
    };
    assert_eq!(proxies(builder(), &uris), expected([true; 3]));
    let bypass = builder().proxy_bypass("*.inside.example");
    assert_eq!(proxies(bypass, &uris), expected([true, true, false]));
    let bypass = builder().no_proxy("other.example, .inside.example");
    assert_eq!(proxies(bypass, &uris), expected([true, false, false]));
    let only = builder().proxy_only("api.example");
    assert_eq!(proxies(only, &uris), expected([true, false, false]));
    for host in ["https://localhost", "https://127.0.0.1", "http://[::1]"] {
        assert_eq!(proxies(builder(), &[host]), [None], "{host}");
    }
}

#[test]
fn each_scheme_has_its_own_proxy_or_the_common_one() {
    let common = || EgressBuilder::default().proxy("http://common.example:1");
    let shown = |builder| proxies(builder, &URIS).into_iter().flatten().collect::<Vec<_>>();
    let https = common().https_proxy("http://secure.example:2");
    assert_eq!(shown(https), ["http://secure.example:2", "http://common.example:1"]);
    let http = EgressBuilder::default().http_proxy("http://plain.example:3");
    assert_eq!(proxies(http, &URIS), [None, Some("http://plain.example:3".to_owned())]);
    let wrong = EgressBuilder::default().https_proxy("socks5://x:1").build();
    assert_eq!(wrong.unwrap_err().setting, "https_proxy");
}

#[test]
fn the_environment_is_used_as_by_curl_where_nothing_is_set() {
    let shown = |variables| {
        let builder = EgressBuilder::default().environment(environment(variables));
        let none = || "-".to_owned();
        proxies(builder, &URIS).into_iter().map(|url| url.unwrap_or_else(none)).collect::<Vec<_>>()
    };
    let (a, b) = ("http://a.example:1", "http://b.example:2");
    assert_eq!(shown(&[("HTTPS_PROXY", "http://a.example:1")]), [a, "-"]);
    assert_eq!(shown(&[("HTTP_PROXY", "a.example:1")]), ["-", a]);
    assert_eq!(shown(&[("all_proxy", "a.example:1")]), [a, a]);
    assert_eq!(shown(&[("ALL_PROXY", "a.example:1"), ("http_proxy", "b.example:2")]), [a, b]);
    assert_eq!(shown(&[("HTTPS_PROXY", "b.example:2"), ("https_proxy", "a.example:1")]), [a, "-"]);
    assert_eq!(shown(&[("HTTPS_PROXY", "a.example:1"), ("https_proxy", "")]), [a, "-"]);
    assert_eq!(shown(&[("ALL_PROXY", "a.example:1"), ("no_proxy", "api.example")]), ["-", "-"]);
    // A server gives its programs a request's header `Proxy` as HTTP_PROXY.
    let cgi = &[("HTTP_PROXY", "b.example:2"), ("REQUEST_METHOD", "GET")];
    assert_eq!(shown(cgi), ["-", "-"]);
    let lower = &[("http_proxy", "b.example:2"), ("REQUEST_METHOD", "GET")];
    assert_eq!(shown(lower), if cfg!(windows) { ["-", "-"] } else { ["-", b] });
}

#[test]
fn what_the_builder_says_wins_over_the_environment() {
    let variables = &[("HTTPS_PROXY", "http://a.example:1"), ("NO_PROXY", "*")];
    let set = EgressBuilder::default().proxy("http://set.example:9");
    let set = set.environment(environment(variables)).allow("https://api.example");
    let egress = set.build().unwrap();
    let proxy = egress.proxy_of("https://api.example").unwrap();
    assert_eq!((proxy.url.as_str(), proxy.variable), ("http://set.example:9", None));
    assert!(egress.environment().is_empty());
}

#[test]
fn the_variables_in_use_are_shown_without_their_passwords() {
    let variables = &[
        ("HTTPS_PROXY", "http://user:hunter2@a.example:1"),
        ("HTTP_PROXY", "socks5://hunter2"),
        ("NO_PROXY", "x.example,<local>"),
    ];
    let builder = EgressBuilder::default().environment(environment(variables));
    assert!(!format!("{builder:?}").contains("hunter2"));
    let egress = builder.allow("https://api.example").build().unwrap();
    let expected = [
        ("HTTPS_PROXY", "http://a.example:1".to_owned()),
        ("NO_PROXY", "x.example,<local> (not understood: <local>)".to_owned()),
    ];
    assert_eq!(egress.environment(), expected);
    let proxy = egress.proxy_of("https://api.example").unwrap();
    assert_eq!(proxy.variable, Some("HTTPS_PROXY"));
    assert!(!format!("{egress:?} {:?}", egress.terms).contains("hunter2"));
}

#[test]
fn a_variable_that_cannot_be_read_is_an_error_and_no_direct_connection() {
    let error = |variables| -> InvalidSetting {
        let builder = EgressBuilder::default().environment(environment(variables));
        builder.allow("https://api.example").build().unwrap_err()
    };
    let socks = error(&[("ALL_PROXY", "socks5://user:hunter2@a.example")]);
    assert_eq!(socks.setting, "ALL_PROXY");
    assert!(socks.problem.contains("http[s]://") && !format!("{socks:?}").contains("hunter2"));
    assert_eq!(error(&[("https_proxy", "http://a.example/path")]).setting, "https_proxy");
}
