//! Names of error codes.

use wasmtime_wasi_http::Error;

/// The name of a code: that of the contract `wasi:http` in small letters, such as
/// `connection-refused`.
pub(super) fn name(code: &Error) -> String {
    let shown = format!("{code:?}");
    let variant = shown.split(|letter: char| !letter.is_ascii_alphanumeric()).next();
    let mut name = String::new();
    for letter in variant.unwrap_or_default().chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_that_of_the_code_without_its_details() {
        for (code, expected) in [
            (Error::ConnectionRefused, "connection-refused"),
            (Error::HttpResponseBodySize(Some(7)), "http-response-body-size"),
            (Error::DnsError { rcode: Some("A".into()), info_code: None }, "dns-error"),
        ] {
            assert_eq!(name(&code), expected);
        }
    }
}
