//! Describes a machine's HRESULT, as far as it is documented.
//!
//! <https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-erref>: an HRESULT has a
//! facility and a code. In facility 25 the code is an HTTP status, in facility 7 a Windows error.

/// Known HRESULTs, and what they mean for a machine action.
const KNOWN: &[(u32, &str)] = &[
    (0x8000_4004, "it was aborted (E_ABORT)"),
    (0x8000_4005, "the machine gave no reason (E_FAIL)"),
    (0x8007_0002, "a file was not found"),
    (0x8007_0003, "a folder was not found"),
    (0x8007_0005, "access was denied"),
    (0x8007_000E, "the machine was out of memory"),
    (0x8007_0020, "a file was in use"),
    (0x8007_0057, "a parameter was not accepted"),
    (0x8007_0070, "the machine's disk was full"),
    (0x8007_0102, "the machine took too long"),
    (0x8007_041D, "a service on the machine did not answer"),
    (0x8007_04C7, "it was cancelled on the machine"),
    (0x8007_05B4, "the machine took too long"),
    // Sockets, and the two HTTP clients of Windows, which use the same numbers except 12175.
    (0x8007_2746, "a connection of the machine was reset"),
    (0x8007_274C, "a connection of the machine timed out"),
    (0x8007_274D, "a connection of the machine was refused"),
    (0x8007_2AF9, "the machine could not resolve a name (DNS)"),
    (0x8007_2EE2, "a connection of the machine timed out"),
    (0x8007_2EE7, "the machine could not resolve a name (DNS)"),
    (0x8007_2EEF, "a server or proxy refused the machine's sign-in"),
    (0x8007_2EF1, "a request of the machine was cancelled"),
    (0x8007_2EFD, "the machine could not connect"),
    (0x8007_2EFE, "a connection of the machine broke off"),
    (0x8007_2EFF, "a connection of the machine was reset"),
    (
        0x8007_2F05,
        "a server's certificate has expired or is not valid yet, or the machine's clock is wrong",
    ),
    (0x8007_2F06, "a server's certificate is for another name"),
    (0x8007_2F0C, "a server or proxy required a certificate from the machine"),
    (0x8007_2F0D, "a server's certificate is from an authority that the machine does not trust"),
    (0x8007_2F17, "a server's certificate has errors"),
    (0x8007_2F19, "revocation of a certificate could not be checked"),
    (0x8007_2F76, "the machine did not understand a server's response"),
    (0x8007_2F78, "the machine did not understand a server's response"),
    (0x8007_2F7D, "the machine could not set up TLS"),
    (0x8007_2F86, "the script of the machine's proxy settings has errors"),
    (0x8007_2F87, "the script of the machine's proxy settings could not be fetched"),
    (0x8007_2F8A, "a server's certificate was revoked"),
    (0x8007_2F8F, "the machine could not set up TLS, or refused a server's certificate"),
    (0x8007_2F94, "the machine could not find its proxy settings"),
    (0x8009_2010, "a certificate was revoked"),
    (0x8009_2012, "revocation of a certificate could not be checked"),
    (0x8009_2013, "revocation of a certificate could not be checked"),
    (0x800B_0101, "a certificate has expired or is not valid yet, or the machine's clock is wrong"),
    (0x800B_0109, "a certificate is from an authority that the machine does not trust"),
    (0x800B_010F, "a certificate is for another name"),
    (0x8019_0198, "the machine did not answer the service in time (HTTP 408)"),
];

/// Describes an `errorHResult`, including its code; `None` for 0.
pub(super) fn describe_hresult(error: i64) -> Option<String> {
    // The service writes it as a signed 32-bit number.
    let code = error as u32;
    if error == 0 {
        return None;
    }
    let known = KNOWN.iter().find(|(known, _)| *known == code).map(|(_, meaning)| *meaning);
    Some(match (known, (code >> 16) & 0x1FFF) {
        (Some(meaning), _) => format!("{meaning}, 0x{code:08X}"),
        (None, 25) => format!(
            "HTTP status {} between the machine and the service, 0x{code:08X}",
            code & 0xFFFF
        ),
        (None, 7) => format!("Windows error {}, 0x{code:08X}", code & 0xFFFF),
        (None, _) => format!("0x{code:08X}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_machines_are_put_into_words() {
        for (error, meaning) in [
            (-2_145_844_840, "HTTP 408"),
            (-2_147_467_260, "E_ABORT"),
            (-2_147_024_891, "access was denied, 0x80070005"),
            (-2_147_023_838, "Windows error 1058, 0x80070422"),
            (-2_145_844_737, "HTTP status 511"),
            (-2_147_012_839, "revocation of a certificate could not be checked, 0x80072F19"),
            (-2_147_012_894, "timed out, 0x80072EE2"),
            (-2_147_012_889, "could not resolve a name (DNS), 0x80072EE7"),
            (-2_147_012_867, "could not connect, 0x80072EFD"),
            (-2_147_012_721, "TLS"),
            (-2_147_012_858, "0x80072F06"),
            (2_149_122_456, "HTTP 408"),
            (1, "0x00000001"),
        ] {
            let found = describe_hresult(error).unwrap();
            assert!(found.contains(meaning), "{error}: {found}");
        }
        assert_eq!(describe_hresult(0), None);
    }

    #[test]
    fn every_code_is_listed_once() {
        for (n, (code, meaning)) in KNOWN.iter().enumerate() {
            assert!(KNOWN[..n].iter().all(|(other, _)| other != code), "{code:#X} {meaning}");
        }
    }
}
