//! Puts secrets into a sign-in form.

use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{Method, request};
use url::form_urlencoded::{byte_serialize, parse};
use zeroize::Zeroizing;

/// The fields that hold a credential: RFC 6749 §2.3.1, §4.3.2 and §6, RFC 7521 §4.1 and §4.2.
/// A server shows the values of others in its errors.
const FIELDS: [&str; 5] =
    ["client_secret", "client_assertion", "assertion", "password", "refresh_token"];

/// Whether this is the head of a form that may get secrets.
pub(super) fn is_form(head: &request::Parts) -> bool {
    let mut kinds = head.headers.get_all(CONTENT_TYPE).iter();
    let (Some(kind), None) = (kinds.next().and_then(|kind| kind.to_str().ok()), kinds.next())
    else {
        return false;
    };
    // In another charset the server would read other fields than this host.
    let kind = kind.to_ascii_lowercase().replace([' ', '"'], "");
    let (form, charset) = kind.split_once(';').unwrap_or((&kind, "charset=utf-8"));
    head.method == Method::POST
        && form == "application/x-www-form-urlencoded"
        && charset == "charset=utf-8"
        && !head.headers.contains_key(CONTENT_ENCODING)
}

/// Returns the form with secrets in place of their stand-ins, each of which is the whole value of a
/// field; `None` if it has no stand-in. All other fields stay as they are written.
pub(super) fn with_secrets<'a>(
    form: &[u8],
    real: impl Fn(&str) -> Option<&'a Zeroizing<String>>,
) -> Option<Zeroizing<Vec<u8>>> {
    let mut found = Vec::new();
    for field in form.split(|byte| *byte == b'&') {
        let secret = parse(field)
            .next()
            .filter(|(name, _)| FIELDS.contains(&name.as_ref()))
            .and_then(|(_, value)| real(&value));
        found.push((field, secret));
    }
    let room: usize = found.iter().flat_map(|(_, secret)| *secret).map(|text| text.len()).sum();
    if room == 0 {
        return None;
    }
    // A letter takes three at most, so that growing leaves no copy of a secret behind.
    let mut filled = Zeroizing::new(Vec::with_capacity(form.len() + 3 * room));
    for (number, (field, secret)) in found.into_iter().enumerate() {
        if number > 0 {
            filled.push(b'&');
        }
        let Some(secret) = secret else {
            filled.extend_from_slice(field);
            continue;
        };
        let name = field.split(|byte| *byte == b'=').next().unwrap_or_default();
        filled.extend_from_slice(name);
        filled.push(b'=');
        byte_serialize(secret.as_bytes())
            .for_each(|piece| filled.extend_from_slice(piece.as_bytes()));
    }
    Some(filled)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::CredentialUse::{Api, SignIn};
    use super::super::secrets::Secrets;
    use super::*;

    const SECRET: &str = "s3cret~with+signs&=%";

    fn filled(form: &str) -> Option<String> {
        let mut secrets = Secrets::default();
        let set = secrets.stand_ins(&[(SignIn, SECRET), (Api, "an-access-token-of-ours")]).unwrap();
        let stand_ins: Vec<String> =
            set.iter().map(|text| byte_serialize(text.as_bytes()).collect()).collect();
        secrets.keep(set, Duration::ZERO);
        let form = form.replace("SECRET", &stand_ins[0]).replace("TOKEN", &stand_ins[1]);
        let filled = with_secrets(form.as_bytes(), |stand_in| {
            secrets.real(stand_in, SignIn).map(|real| real.text)
        })?;
        Some(String::from_utf8(filled.to_vec()).unwrap())
    }

    #[test]
    fn a_secret_is_put_in_and_the_rest_stays_as_it_is_written() {
        let form =
            filled("grant_type=client%5Fcredentials&client_secret=SECRET&scope=a+b").unwrap();
        let encoded: String = byte_serialize(SECRET.as_bytes()).collect();
        let expected = format!("grant_type=client%5Fcredentials&client_secret={encoded}&scope=a+b");
        assert_eq!(form, expected);
        assert!(
            parse(form.as_bytes()).any(|(name, value)| name == "client_secret" && value == SECRET)
        );
    }

    #[test]
    fn nothing_else_gets_a_secret() {
        for form in [
            "",
            "&&=&",
            "client_id=SECRET",
            "scope=SECRET",
            "SECRET=client_secret",
            "SECRET",
            "client_secret=xSECRET",
            "client_secret=SECRETx",
            "client_secret=TOKEN",
            "client_secret",
        ] {
            assert_eq!(filled(form), None, "{form}");
        }
    }

    #[test]
    fn a_form_is_read_as_the_server_reads_it_or_gets_nothing() {
        const FORM: &str = "application/x-www-form-urlencoded";
        let is_form = |kinds: &[&str]| {
            let mut request = http::Request::post("https://login.example/token");
            for kind in kinds {
                request = request.header(CONTENT_TYPE, *kind);
            }
            is_form(&request.body(()).unwrap().into_parts().0)
        };
        for kind in [FORM, "Application/X-WWW-Form-Urlencoded; charset=UTF-8"] {
            assert!(is_form(&[kind]), "{kind}");
        }
        for kinds in [
            &[][..],
            &["application/json"],
            &[FORM, FORM],
            &["application/x-www-form-urlencoded; charset=IBM037"],
            &["application/x-www-form-urlencoded; charset=utf-8; charset=utf-7"],
        ] {
            assert!(!is_form(kinds), "{kinds:?}");
        }
    }
}
