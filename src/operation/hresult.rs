//! What the error of a machine means, as far as anybody has written it down.
//!
//! <https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-erref>: an HRESULT has a facility and a code; that of facility
//! 25 is an HTTP status, that of facility 7 an error of Windows.

/// Errors with a name, and what they mean for a machine action.
const KNOWN: &[(u32, &str)] = &[
    (0x8000_4004, "it was ended before its time (E_ABORT)"),
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
    (0x8019_0198, "the machine did not answer the service in time (HTTP 408)"),
];

/// What an `errorHResult` means, with its code; `None` for none.
pub(super) fn in_words(error: i64) -> Option<String> {
    // The service writes it as a signed number of 32 bits.
    let code = error as u32;
    if error == 0 {
        return None;
    }
    let known = KNOWN.iter().find(|(known, _)| *known == code).map(|(_, words)| *words);
    Some(match (known, (code >> 16) & 0x1FFF) {
        (Some(words), _) => format!("{words}, 0x{code:08X}"),
        (None, 25) => format!("HTTP status {} on the machine's way to the service, 0x{code:08X}", code & 0xFFFF),
        (None, 7) => format!("Windows error {}, 0x{code:08X}", code & 0xFFFF),
        (None, _) => format!("0x{code:08X}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_machines_are_told_in_words() {
        for (error, words) in [
            (-2_145_844_840, "HTTP 408"),
            (-2_147_467_260, "E_ABORT"),
            (-2_147_024_891, "access was denied, 0x80070005"),
            (-2_147_023_838, "Windows error 1058, 0x80070422"),
            (-2_145_844_737, "HTTP status 511"),
            (2_149_122_456, "HTTP 408"),
            (1, "0x00000001"),
        ] {
            let found = in_words(error).unwrap();
            assert!(found.contains(words), "{error}: {found}");
        }
        assert_eq!(in_words(0), None);
    }
}
