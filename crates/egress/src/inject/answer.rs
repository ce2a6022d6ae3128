//! Takes credentials out of the response to a sign-in.

use std::mem;
use std::time::Duration;

use rustls::crypto::GetRandomFailed;
use serde_json::{Map, Value};
use url::form_urlencoded::byte_serialize;
use zeroize::Zeroizing;

use super::CredentialUse::{Api, SignIn};
use super::secrets::Secrets;
use super::tokens::Tokens;
use super::{mask, stand_in};

/// Life of a token whose response does not state one (RFC 6749 §5.1 leaves it open).
const DEFAULT_LIFE: Duration = Duration::from_secs(3600);

/// A shorter secret may occur by chance.
const SHORTEST_SECRET: usize = 8;

/// A response body that the component may read. Of a success that is not JSON nothing is: who knows
/// where its token is.
pub(super) fn without_credentials(
    body: &[u8],
    is_success: bool,
    secrets: &Secrets,
    tokens: &mut Tokens,
    longest_life: Duration,
) -> Result<Zeroizing<Vec<u8>>, GetRandomFailed> {
    let json = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let mut hidden = spellings(secrets, tokens);
    let mut rest = Zeroizing::new(Vec::with_capacity(2 * body.len()));
    match serde_json::from_slice(json) {
        Ok(mut value @ (Value::Object(_) | Value::Array(_))) => {
            let mut found = Found { tokens, hidden: &mut hidden, longest_life };
            found.replace(&mut value)?;
            // A value always serialises, and memory always takes bytes.
            let _ = serde_json::to_writer(&mut *rest, &value);
        }
        _ if is_success => {}
        _ => rest.extend_from_slice(body),
    }
    hidden.iter().for_each(|text| mask::overwrite(&mut rest, text));
    Ok(rest)
}

/// The secrets as a server may repeat them, as they are, in JSON and in a form, and the tokens.
pub(super) fn spellings(secrets: &Secrets, tokens: &Tokens) -> Vec<Zeroizing<Vec<u8>>> {
    let mut spellings = Vec::new();
    for secret in secrets.iter().filter(|secret| secret.real.len() >= SHORTEST_SECRET) {
        let quoted = Zeroizing::new(serde_json::to_vec(secret.real.as_str()).unwrap_or_default());
        let in_json = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
        let in_form: String = byte_serialize(secret.real.as_bytes()).collect();
        spellings.push(Zeroizing::new(secret.real.as_bytes().to_vec()));
        spellings.push(Zeroizing::new(in_json.to_vec()));
        spellings.push(Zeroizing::new(in_form.into_bytes()));
        spellings.extend(mask::hidden_part(&secret.real));
    }
    spellings.extend(tokens.all().filter_map(mask::hidden_part));
    spellings.retain(|text| !text.is_empty());
    spellings
}

struct Found<'a> {
    tokens: &'a mut Tokens,
    hidden: &'a mut Vec<Zeroizing<Vec<u8>>>,
    /// A token does not outlive the secret that it was issued for.
    longest_life: Duration,
}

impl Found<'_> {
    fn replace(&mut self, value: &mut Value) -> Result<(), GetRandomFailed> {
        match value {
            Value::Array(values) => values.iter_mut().try_for_each(|value| self.replace(value)),
            Value::Object(members) => {
                let life = life(members);
                members.iter_mut().try_for_each(|(name, member)| match member {
                    Value::String(text) if !text.is_empty() => self.replace_text(name, text, life),
                    member => self.replace(member),
                })
            }
            _ => Ok(()),
        }
    }

    fn replace_text(
        &mut self,
        name: &str,
        text: &mut String,
        life: Duration,
    ) -> Result<(), GetRandomFailed> {
        let stand_in = match name {
            "access_token" => self.tokens.stand_in(text, Api, life.min(self.longest_life))?,
            "refresh_token" => self.tokens.stand_in(text, SignIn, self.longest_life)?,
            // It proves who signed in, and is put in nowhere.
            "id_token" => stand_in::make(text)?,
            _ => return Ok(()),
        };
        let real = Zeroizing::new(mem::replace(text, stand_in.to_string()));
        self.hidden.extend(mask::hidden_part(&real));
        Ok(())
    }
}

/// Seconds, as a number or, as Entra's older endpoint writes them, as text.
fn life(members: &Map<String, Value>) -> Duration {
    let seconds = members.get("expires_in").and_then(|seconds| match seconds {
        Value::String(text) => text.parse().ok(),
        number => number.as_f64(),
    });
    seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).unwrap_or(DEFAULT_LIFE)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SECRET: &str = "s3cret~\"with\"+signs";

    fn answer(body: &str, is_success: bool) -> (String, Tokens) {
        let (mut secrets, mut tokens) = (Secrets::default(), Tokens::default());
        let set = secrets.stand_ins(&[(SignIn, SECRET)]).unwrap();
        secrets.keep(set, Duration::ZERO);
        let rest =
            without_credentials(body.as_bytes(), is_success, &secrets, &mut tokens, Duration::MAX);
        let rest = rest.unwrap();
        (String::from_utf8(rest.to_vec()).unwrap(), tokens)
    }

    #[test]
    fn tokens_are_replaced_wherever_they_are_and_the_rest_stays() {
        let body = json!({
            "token_type": "Bearer", "expires_in": "3599", "ext_expires_in": 3599,
            "access_token": "access-token-of-a-machine", "refresh_token": "refresh-token-of-ours",
            "id_token": "identity-token-of-ours", "nested": [{ "access_token": "another-access-token" }],
            "echo": "access-token-of-a-machine", "empty": { "access_token": "" },
        });
        let (rest, tokens) = answer(&format!("\u{feff}{body}"), true);
        for real in ["access-token", "refresh-token-of", "identity-token"] {
            assert!(!rest.contains(real), "{rest}");
        }
        let rest: Value = serde_json::from_str(&rest).unwrap();
        assert_eq!((&rest["expires_in"], &rest["token_type"]), (&json!("3599"), &json!("Bearer")));
        let real =
            |at: &Value| tokens.real(at.as_str().unwrap(), Api).map(|real| real.text.to_string());
        assert_eq!(real(&rest["access_token"]).as_deref(), Some("access-token-of-a-machine"));
        assert_eq!(
            real(&rest["nested"][0]["access_token"]).as_deref(),
            Some("another-access-token")
        );
        let refresh = tokens.real(rest["refresh_token"].as_str().unwrap(), SignIn);
        assert_eq!(refresh.unwrap().text.as_str(), "refresh-token-of-ours");
        assert!(real(&rest["id_token"]).is_none());
        assert!(tokens.saved().iter().any(|token| token.life <= Duration::from_secs(3599)));
    }

    #[test]
    fn an_echo_of_the_secret_is_overwritten_in_every_spelling() {
        let encoded: String = byte_serialize(SECRET.as_bytes()).collect();
        let echo = json!({ "error_description": format!("{SECRET} is wrong"), SECRET: encoded });
        let escaped = echo.to_string().replace('s', "\\u0073");
        for body in [echo.to_string(), escaped, format!("<p>{SECRET} {encoded}</p>")] {
            let (rest, _) = answer(&body, false);
            for part in ["s3cret", "signs"] {
                assert!(!rest.contains(part), "{rest}");
            }
            assert!(rest.contains('*'));
        }
    }

    #[test]
    fn a_success_that_is_not_json_is_withheld_and_a_failure_is_not() {
        for body in ["access_token=x&expires_in=1", "<html>", "\"text\"", "{", ""] {
            assert_eq!(answer(body, true).0, "", "{body}");
            assert_eq!(answer(body, false).0, body);
        }
    }
}
