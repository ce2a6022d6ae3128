//! The origins that a connector names: where it signs in, and where the service's API is.

use host_harness::Origin;

/// The purpose of the origin that the credentials go to, as the contract names it.
const SIGN_IN: &str = "sign-in";

/// The origin that a connector signs in at.
pub(crate) fn sign_in(origins: &[Origin]) -> Option<&str> {
    origins.iter().find(|origin| origin.purpose == SIGN_IN).map(|origin| origin.pattern.as_str())
}

/// The origin of the service's API: what no action works without, but for signing in.
pub(crate) fn api(origins: &[Origin]) -> Option<&str> {
    origins
        .iter()
        .find(|origin| origin.required && origin.purpose != SIGN_IN)
        .map(|origin| origin.pattern.as_str())
}

/// Each origin once: one server may do several things.
pub(crate) fn merged(origins: &[Origin]) -> Vec<Origin> {
    let mut merged: Vec<Origin> = Vec::new();
    for origin in origins {
        match merged.iter_mut().find(|other| other.pattern == origin.pattern) {
            Some(other) => {
                other.purpose = format!("{}; {}", other.purpose, origin.purpose);
                other.required |= origin.required;
            }
            None => merged.push(origin.clone()),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_does_it_all_is_one_origin_with_all_its_purposes() {
        let origin = |pattern: &str, purpose: &str, required| Origin {
            pattern: pattern.into(),
            purpose: purpose.into(),
            required,
        };
        let origins = [
            origin("https://own.example", "files", false),
            origin("https://own.example", "sign-in", true),
            origin("https://api.example", "API", true),
        ];
        let expected = [
            origin("https://own.example", "files; sign-in", true),
            origin("https://api.example", "API", true),
        ];
        assert_eq!(merged(&origins), expected);
        assert_eq!(
            (sign_in(&origins), api(&origins)),
            (Some("https://own.example"), Some("https://api.example"))
        );
        assert_eq!((sign_in(&origins[..1]), api(&origins[..1])), (None, None));
    }
}
