//! One proxy, parsed from its URL.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use percent_encoding::percent_decode_str;
use url::Url;

use crate::InvalidSetting;
use crate::target::{Host, Scheme, Target};

/// A proxy.
#[derive(Clone, Debug)]
pub(crate) struct Proxy {
    pub(crate) target: Target,
    pub(crate) authorization: Option<HeaderValue>,
    /// The environment variable that names it; `None` if it was set by the builder.
    pub(crate) variable: Option<&'static str>,
}

impl Proxy {
    /// Parses `http[s]://[user[:password]@]host[:port]`.
    ///
    /// The user and password end at the last `@` and may contain any character that does not end
    /// another part of a URL. A domain login is `DOMAIN\user`, which browsers would parse as the
    /// host `DOMAIN` and a path.
    ///
    /// # Errors
    ///
    /// What is wrong and how to write it, without any part of the text, which may be a password.
    pub(super) fn parse(setting: &'static str, text: &str) -> Result<Self, InvalidSetting> {
        Self::read(text).map_err(|(shown, problem)| InvalidSetting {
            setting,
            value: shown.to_owned(),
            problem,
        })
    }

    fn read(text: &str) -> Result<Self, (&'static str, String)> {
        let invalid = |shown| (shown, FORM.to_owned());
        let (scheme, rest) = text.trim().split_once("://").ok_or_else(|| invalid("(not a URL)"))?;
        let scheme = Scheme::parse(&scheme.to_ascii_lowercase())
            .ok_or_else(|| invalid("(another scheme)"))?;
        let (login, place) =
            rest.rsplit_once('@').map_or((None, rest), |(login, place)| (Some(login), place));
        let authorization = login.map(basic).transpose()?.flatten();
        let place = place.strip_suffix('/').unwrap_or(place);
        if place.contains(['/', '\\', '?', '#']) {
            return Err(invalid("(a URL with a path, query or fragment)"));
        }
        let without_host = || invalid("(a URL without a usable host)");
        if place.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(without_host());
        }
        let url =
            Url::parse(&format!("{}://{place}", scheme.name())).map_err(|_| without_host())?;
        let host = url.host_str().and_then(Host::parse).ok_or_else(without_host)?;
        let port = url.port().unwrap_or(scheme.default_port());
        Ok(Self { target: Target { scheme, host, port }, authorization, variable: None })
    }
}

/// The format of a proxy URL, and how to escape reserved characters.
const FORM: &str = "a proxy is http[s]://[user[:password]@]host[:port]; in the user and the password write `%` as %25, `/` as %2F, \
                    `?` as %3F, `#` as %23 and `\\` as %5C";

/// Builds Basic credentials from `user[:password]`, each percent-encoded where necessary (RFC
/// 7617).
fn basic(login: &str) -> Result<Option<HeaderValue>, (&'static str, String)> {
    // Each of these ends the authority of a URL: the rest may be a path that contains an `@`.
    if let Some(c) = login.chars().find(|c| matches!(c, '/' | '?' | '#')) {
        let problem = format!(
            "it has a `{c}` before the `@`: in a user or password write `{c}` as %{:02X}",
            u32::from(c)
        );
        return Err(("(a URL with a path, query or fragment)", problem));
    }
    if login.contains(char::is_control) {
        let problem =
            "it has a control character before the `@`: where a `\\` was meant, write it as %5C";
        return Err(("(a URL with a control character)", problem.to_owned()));
    }
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    let decoded = |text: &str| percent_decode_str(text).collect::<Vec<u8>>();
    let (user, password) = (decoded(user), decoded(password));
    if user.contains(&b':') {
        let problem = "it has a user with a `:`, which no proxy can tell from the password's";
        return Err(("(a URL with a colon in the user)", problem.to_owned()));
    }
    if user.is_empty() && password.is_empty() {
        return Ok(None);
    }
    let credentials = [user, password].join(&b':');
    let value = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(credentials)));
    // Base64 is always a valid header value.
    Ok(value.ok().map(|mut value| {
        value.set_sensitive(true);
        value
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Proxy, InvalidSetting> {
        Proxy::parse("proxy", text)
    }

    #[test]
    fn a_proxy_is_read_with_its_credentials() {
        let proxy = parse("http://user:p%40ss@proxy.example:3128").unwrap();
        assert_eq!(proxy.target.to_string(), "http://proxy.example:3128");
        assert_eq!(proxy.authorization.unwrap(), "Basic dXNlcjpwQHNz");
        assert!(parse("https://proxy.example").unwrap().authorization.is_none());
    }

    #[test]
    fn a_login_may_have_what_people_have_in_it() {
        for (login, credentials) in [
            (r"CORP\svc_soc:S3cret", r"CORP\svc_soc:S3cret"),
            ("CORP%5Csvc_soc:S3cret", r"CORP\svc_soc:S3cret"),
            (r"svc:pa\ss", r"svc:pa\ss"),
            ("svc_soc", "svc_soc:"),
            ("svc_soc:", "svc_soc:"),
            (":S3cret", ":S3cret"),
            ("svc@corp.example:S3cret", "svc@corp.example:S3cret"),
            ("svc:p@ss@", "svc:p@ss@"),
            ("svc:a:b", "svc:a:b"),
            ("svc:100%", "svc:100%"),
            ("svc:100%25", "svc:100%"),
            ("svc:%zz%4", "svc:%zz%4"),
            ("svc:two words", "svc:two words"),
            ("svc:p%2F%3F%23", "svc:p/?#"),
            ("svc:[]{}|^`\"<>;&=+$,!*'()~", "svc:[]{}|^`\"<>;&=+$,!*'()~"),
            ("svc:pässwörd€", "svc:pässwörd€"),
        ] {
            let proxy = parse(&format!("http://{login}@proxy.example:8080")).expect(login);
            assert_eq!(proxy.target.to_string(), "http://proxy.example:8080", "{login}");
            let expected = format!("Basic {}", STANDARD.encode(credentials));
            assert_eq!(proxy.authorization.expect(login), expected.as_str(), "{login}");
        }
        for (text, target) in [
            (" http://svc:x@proxy.example/ ", "http://proxy.example:80"),
            ("HTTPS://svc:x@PROXY.example", "https://proxy.example:443"),
            ("http://svc:x@[::1]:3128", "http://[::1]:3128"),
        ] {
            assert_eq!(parse(text).expect(text).target.to_string(), target);
        }
    }

    #[test]
    fn an_error_says_what_to_write_and_shows_no_password() {
        for (text, hint) in [
            ("ftp://user:hunter2@proxy.example", "http[s]://"),
            ("http://user:hunter2@proxy.example/path", "http[s]://"),
            ("http://user:hunter2@proxy.example?x", "http[s]://"),
            (r"http://user:hunter2@proxy.example\x", "%5C"),
            (r"http://hunter2\proxy.example", "%5C"),
            ("http:user:hunter2@proxy.example", "http[s]://"),
            ("hunter2", "http[s]://"),
            ("http://user:hunter2@", "http[s]://"),
            ("http://user:hunter2@proxy example", "http[s]://"),
            ("http://user:hunter2@proxy.example:port", "http[s]://"),
            ("http://user:hun/ter2@proxy.example", "`/` as %2F"),
            ("http://user:hun?ter2@proxy.example", "`?` as %3F"),
            ("http://user:hun#ter2@proxy.example", "`#` as %23"),
            ("http://CORP\tom:hunter2@proxy.example", "%5C"),
            ("http://us%3Aer:hunter2@proxy.example", "user with a `:`"),
        ] {
            let error = parse(text).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(shown.contains(hint), "{text}: {shown}");
            assert!(
                !["hunter2", "hun", "ter2", "CORP"].iter().any(|part| shown.contains(part)),
                "{text}: {shown}"
            );
        }
    }
}
