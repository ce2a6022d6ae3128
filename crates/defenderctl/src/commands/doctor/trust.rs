//! Settings of TLS that have no effect.

use host_harness::egress::Egress;

use super::check::{Check, Log, Status};
use super::way::Way;
use crate::failure::Failure;
use crate::settings::{self, HostSettings};

/// Entries of `host.customHostSettings` that are for no host that may be called.
pub(super) fn custom_hosts(
    log: &mut Log<'_>,
    host: &HostSettings,
    egress: &Egress,
) -> Result<(), Failure> {
    let idle = settings::idle_custom_hosts(host, egress);
    if idle.is_empty() {
        return Ok(());
    }
    let detail = format!("no allowed host has the name and port of {}", idle.join(", "));
    log.add(Check::new("custom-hosts", Status::Warning, detail).remedy(vec![
        "Write `url` in `host.customHostSettings` as the host is called, with its port, or remove the entry.".to_owned(),
    ]))
}

/// Revocation lists whose issuer has issued none of the certificates that were shown.
pub(super) fn revocation_lists(
    log: &mut Log<'_>,
    egress: &Egress,
    ways: &[Way],
) -> Result<(), Failure> {
    const NAME: &str = "revocation-lists";
    let shown: Vec<Vec<u8>> = ways.iter().flat_map(|way| way.certificates.clone()).collect();
    let Some(idle) = egress.idle_revocation_lists(&shown) else { return Ok(()) };
    if shown.is_empty() {
        return log.skip(&[NAME], "not checked: no server has shown a certificate");
    }
    if idle.is_empty() {
        let detail = "each is of an issuer of the certificates that were shown";
        return log.add(Check::new(NAME, Status::Passed, detail));
    }
    let detail = format!("no certificate that was shown was issued by {}", idle.join(", or by "));
    log.add(Check::new(NAME, Status::Warning, detail).remedy(vec![
        "Check `host.ssl.certificateRevocationListFiles`: a list holds only for the certificates of its own issuer."
            .to_owned(),
    ]))
}
