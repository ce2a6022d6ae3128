//! TLS: `host.ssl`, and the exceptions for single hosts.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use host_harness::egress::{TlsVersion, Verification};
use url::Url;
use zeroize::Zeroizing;

use super::Problem;
use super::guard::{self, Owner};
use super::section::Section;

const VERIFICATION: [(&str, Verification); 3] = [
    ("full", Verification::Full),
    ("certificate", Verification::Certificate),
    ("none", Verification::None),
];

const VERSIONS: [(&str, TlsVersion); 2] = [("1.2", TlsVersion::V1_2), ("1.3", TlsVersion::V1_3)];

/// What holds for every host.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct TlsSettings {
    /// How certificates are checked.
    pub(crate) verification: Option<Verification>,
    /// The least version.
    pub(crate) min_version: Option<TlsVersion>,
    /// Revocation lists, PEM or DER.
    pub(crate) revocation_lists: Vec<Vec<u8>>,
}

/// An exception for one host.
#[derive(Debug, PartialEq)]
pub(crate) struct CustomHost {
    /// Scheme, host and port.
    pub(crate) url: Url,
    /// Certificate authorities to trust in addition to the platform's, as PEM.
    pub(crate) authorities_pem: Vec<String>,
    /// How its certificate is checked.
    pub(crate) verification: Option<Verification>,
    /// Public keys, of which its certificate must have one.
    pub(crate) pins: Vec<String>,
    /// The certificate that is shown to it.
    pub(crate) client: Option<ClientCertificate>,
}

/// A certificate of one's own. Its key has no `Debug`.
#[derive(PartialEq)]
pub(crate) struct ClientCertificate {
    pub(crate) chain_pem: String,
    pub(crate) key_pem: Zeroizing<String>,
}

impl std::fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientCertificate").finish_non_exhaustive()
    }
}

impl TlsSettings {
    /// Reads `host.ssl`.
    pub(super) fn read(host: &Section<'_>, folder: &Path, problems: &mut Vec<Problem>) -> Self {
        const SSL: [&str; 3] = ["certificateRevocationListFiles", "minVersion", "verificationMode"];
        let Some(ssl) = host.section("ssl", &SSL, problems) else { return Self::default() };
        let mut revocation_lists = Vec::new();
        for path in one_or_more(&ssl, SSL[0], problems) {
            revocation_lists.extend(bytes_of(&ssl, SSL[0], &folder.join(&path), problems));
        }
        Self {
            verification: ssl.choice("verificationMode", &VERIFICATION, problems),
            min_version: ssl.choice("minVersion", &VERSIONS, problems),
            revocation_lists,
        }
    }
}

/// Reads `host.customHostSettings`.
pub(super) fn custom_hosts(
    host: &Section<'_>,
    folder: &Path,
    problems: &mut Vec<Problem>,
) -> Vec<CustomHost> {
    let entries = host.list("customHostSettings", problems).unwrap_or_default();
    let mut custom = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let pointer = host.pointer(&format!("customHostSettings/{index}"));
        let Some(entry) = Section::open(&pointer, entry, &["url", "ssl"], problems) else {
            continue;
        };
        custom.extend(custom_host(&entry, folder, problems));
    }
    custom
}

fn custom_host(
    entry: &Section<'_>,
    folder: &Path,
    problems: &mut Vec<Problem>,
) -> Option<CustomHost> {
    const SSL: [&str; 6] = [
        "certificate",
        "certificateAuthoritiesData",
        "certificateAuthoritiesFiles",
        "key",
        "pins",
        "verificationMode",
    ];
    if entry.value("url").is_none() {
        problems.push(Problem::new(entry.pointer("url"), "is missing"));
    }
    let url = entry.parsed("url", web_url, problems)?;
    let has_ssl = |ssl: &serde_json::Value| ssl.as_object().is_some_and(|ssl| !ssl.is_empty());
    if url.scheme() == "http" && entry.value("ssl").is_some_and(has_ssl) {
        let problem = "is not https: its ssl settings would have no effect";
        problems.push(Problem::new(entry.pointer("url"), problem));
    }
    let mut custom = CustomHost {
        url,
        authorities_pem: Vec::new(),
        verification: None,
        pins: Vec::new(),
        client: None,
    };
    let Some(ssl) = entry.section("ssl", &SSL, problems) else { return Some(custom) };
    let data = ssl.text("certificateAuthoritiesData", problems).map(str::to_owned);
    custom.authorities_pem.extend(data);
    for path in one_or_more(&ssl, "certificateAuthoritiesFiles", problems) {
        let pem = text_of(&ssl, "certificateAuthoritiesFiles", &folder.join(&path), problems);
        custom.authorities_pem.extend(pem);
    }
    custom.verification = ssl.choice("verificationMode", &VERIFICATION, problems);
    custom.pins = one_or_more(&ssl, "pins", problems);
    custom.client = client(&ssl, folder, problems);
    Some(custom)
}

fn client(
    ssl: &Section<'_>,
    folder: &Path,
    problems: &mut Vec<Problem>,
) -> Option<ClientCertificate> {
    let certificate = ssl.text("certificate", problems);
    let (certificate, key) = match (certificate, ssl.text("key", problems)) {
        (Some(certificate), Some(key)) => (folder.join(certificate), folder.join(key)),
        (Some(_), None) => {
            problems.push(Problem::new(ssl.pointer("key"), "is missing: `certificate` needs it"));
            return None;
        }
        (None, Some(_)) => {
            let problem = "is missing: `key` belongs to a certificate";
            problems.push(Problem::new(ssl.pointer("certificate"), problem));
            return None;
        }
        (None, None) => return None,
    };
    let chain_pem = text_of(ssl, "certificate", &certificate, problems)?;
    let key_pem = Zeroizing::new(text_of(ssl, "key", &key, problems)?);
    Some(ClientCertificate { chain_pem, key_pem })
}

/// The text of a file that a member names.
fn text_of(
    section: &Section<'_>,
    name: &str,
    path: &Path,
    problems: &mut Vec<Problem>,
) -> Option<String> {
    let bytes = bytes_of(section, name, path, problems)?;
    let text = String::from_utf8(bytes);
    text.map_err(|_| problems.push(unreadable(section, name, path, "it is not UTF-8"))).ok()
}

/// What a file holds that decides whom to trust: others may not write to it.
fn bytes_of(
    section: &Section<'_>,
    name: &str,
    path: &Path,
    problems: &mut Vec<Problem>,
) -> Option<Vec<u8>> {
    let failed = |error: std::io::Error| unreadable(section, name, path, &error.to_string());
    let read = || {
        let mut file = File::open(path).map_err(failed)?;
        let refused = |problem| Problem::new(section.pointer(name), problem);
        guard::check(path, &file, Owner::UserOrRoot).map_err(refused)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;
        Ok(bytes)
    };
    read().map_err(|problem| problems.push(problem)).ok()
}

fn unreadable(section: &Section<'_>, name: &str, path: &Path, error: &str) -> Problem {
    let path = path.display();
    Problem::new(section.pointer(name), format!("names {path}, which cannot be read: {error}"))
}

/// Kibana takes one file name here, or a list of them.
fn one_or_more(section: &Section<'_>, name: &str, problems: &mut Vec<Problem>) -> Vec<String> {
    match section.value(name) {
        None => Vec::new(),
        Some(value) if value.is_string() => {
            section.text(name, problems).map(str::to_owned).into_iter().collect()
        }
        Some(_) => section.texts(name, problems).unwrap_or_default(),
    }
}

fn web_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("is not a URL: {error}"))?;
    match url.host_str() {
        Some(host) if host.contains('*') => Err("is not one host: write out its name".into()),
        Some(_) if matches!(url.scheme(), "http" | "https") => Ok(url),
        _ => Err("is not an http or https URL".into()),
    }
}
