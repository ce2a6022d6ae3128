//! Machines as people write them: names, addresses and IDs, as arguments or in a file; and what
//! they are called.

mod find;
mod missing;
mod names;
mod near;

use std::fs;
use std::io::{self, Read};
use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};
use uuid::Uuid;

use super::failure::Failure;
use super::file::without_mark;

pub(crate) use find::{Found, find};
pub(crate) use missing::Missing;
pub(crate) use names::{Names, id_of};
pub(crate) use near::near;

/// Which machines to act on.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct MachineArgs {
    /// Machine: its name, DOMAIN\NAME$, IP address, Entra ID or device ID
    #[arg(value_name = "HOST")]
    hosts: Vec<String>,

    /// Read machines from this file, or - for stdin: one a line; blank lines and lines that start
    /// with # are skipped
    #[arg(short = 'f', long = "file", value_name = "FILE")]
    list: Option<PathBuf>,

    /// Act on the machines that are found, even if some are not
    #[arg(long)]
    pub(crate) skip_missing: bool,
}

impl MachineArgs {
    /// These machines, and none from a file.
    pub(crate) fn of(hosts: Vec<String>) -> Self {
        Self { hosts, ..Self::default() }
    }

    /// Whether no machine is named.
    pub(crate) fn is_empty(&self) -> bool {
        self.hosts.is_empty() && self.list.is_none()
    }

    /// Every machine that is named, as it was written.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub(crate) fn written(&self) -> Result<Vec<String>, Failure> {
        let mut written: Vec<String> = self.hosts.iter().map(|host| trimmed(host)).collect();
        if let Some(path) = &self.list {
            let read = if path.as_os_str() == "-" {
                let mut text = String::new();
                io::stdin().read_to_string(&mut text).map(|_| text)
            } else {
                fs::read_to_string(path)
            };
            let text = read.map_err(|error| {
                Failure::params(format!(
                    "--file: {} cannot be read: {error}; nothing was sent",
                    path.display()
                ))
            })?;
            written.extend(lines(&text));
        }
        written.retain(|host| !host.is_empty());
        Ok(written)
    }
}

/// The machines of a list, one a line.
fn lines(text: &str) -> impl Iterator<Item = String> {
    let lines = without_mark(text).split(['\n', '\r']).map(trimmed);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Without the blanks that come along when a name is copied.
fn trimmed(text: &str) -> String {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}'))
        .to_owned()
}

/// A machine's device ID, or what it is looked up by.
#[derive(Debug, PartialEq)]
pub(crate) enum Named {
    /// The device ID.
    Id(String),
    /// The parameter `host`.
    Host(Value),
}

/// What a text names, by its form.
pub(crate) fn named(text: &str) -> Named {
    let is_id = (32..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit());
    if is_id {
        return Named::Id(text.to_ascii_lowercase());
    }
    let address = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    Named::Host(if Uuid::try_parse(text).is_ok() {
        let id = text.trim_matches(['{', '}']);
        json!({ "aadDeviceId": id })
    } else if address.parse::<IpAddr>().is_ok() {
        json!({ "ip": address })
    } else {
        json!({ "computerDnsName": text })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_are_distinguished_by_their_form() {
        let id = "9A3F0C51be7724d06e1188f2c4d53aa07be61d92";
        assert_eq!(named(id), Named::Id(id.to_ascii_lowercase()));
        let trials = [
            ("ws-014", json!({ "computerDnsName": "ws-014" })),
            ("CONTOSO\\WS-014$", json!({ "computerDnsName": "CONTOSO\\WS-014$" })),
            ("10.20.30.40", json!({ "ip": "10.20.30.40" })),
            ("2001:db8::1", json!({ "ip": "2001:db8::1" })),
            ("[2001:db8::1]", json!({ "ip": "2001:db8::1" })),
            (
                "6c0a55f1-2d1e-4b8a-9a39-0f2f6b0a7c11",
                json!({ "aadDeviceId": "6c0a55f1-2d1e-4b8a-9a39-0f2f6b0a7c11" }),
            ),
            ("deadbeef", json!({ "computerDnsName": "deadbeef" })),
        ];
        for (text, host) in trials {
            assert_eq!(named(text), Named::Host(host), "{text}");
        }
    }

    #[test]
    fn a_list_has_one_machine_a_line_and_comments() {
        let text = "\u{feff}# case 1042\r\n ws-014 \r\n\r\n\tws-015\u{a0}\r10.0.0.1\n#ws-016\n";
        assert_eq!(lines(text).collect::<Vec<_>>(), ["ws-014", "ws-015", "10.0.0.1"]);
    }
}
