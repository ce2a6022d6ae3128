//! `host.injectCredentials`: whether the component gets stand-ins in place of its credentials.

use host_harness::Injection;
use host_harness::egress::{InjectionPoints, InvalidSetting};
use serde_json::Value;

use super::Problem;
use super::section::Section;

/// Whether the component gets stand-ins, and where the host then puts in the credentials.
#[derive(Debug, PartialEq)]
pub(crate) enum InjectCredentials {
    /// It gets the credentials.
    Never,
    /// At the origins that the component declares.
    AsDeclared,
    /// At these origins.
    At(InjectionPoints),
}

impl InjectCredentials {
    /// Where the host puts in the credentials of this component; `None` if the component gets them.
    /// Unless the settings say it, a foreign component does not.
    pub(super) fn of(setting: Option<&Self>, is_embedded: bool) -> Option<Injection> {
        match setting {
            Some(Self::Never) => None,
            None if is_embedded => None,
            None | Some(Self::AsDeclared) => Some(Injection::AsDeclared),
            Some(Self::At(points)) => Some(Injection::At(points.clone())),
        }
    }

    pub(super) fn read(host: &Section<'_>, problems: &mut Vec<Problem>) -> Option<Self> {
        const NAME: &str = "injectCredentials";
        match host.value(NAME)? {
            Value::Bool(true) => Some(Self::AsDeclared),
            Value::Bool(false) => Some(Self::Never),
            Value::Object(_) => {
                let section = host.section(NAME, &["signIn", "api"], problems)?;
                let points = InjectionPoints::default();
                let points = add(&section, "signIn", points, InjectionPoints::sign_in, problems);
                Some(Self::At(add(&section, "api", points, InjectionPoints::api, problems)))
            }
            _ => {
                let problem =
                    "is neither true nor false nor {signIn = [\"ORIGIN\"], api = [\"ORIGIN\"]}";
                problems.push(Problem::new(host.pointer(NAME), problem));
                None
            }
        }
    }
}

fn add(
    section: &Section<'_>,
    name: &str,
    mut points: InjectionPoints,
    add: impl Fn(InjectionPoints, &str) -> Result<InjectionPoints, InvalidSetting>,
    problems: &mut Vec<Problem>,
) -> InjectionPoints {
    let origins = section.texts(name, problems).unwrap_or_default();
    for (index, origin) in origins.iter().enumerate() {
        match add(points.clone(), origin) {
            Ok(more) => points = more,
            Err(InvalidSetting { problem, .. }) => {
                let pointer = section.pointer(&format!("{name}/{index}"));
                problems.push(Problem::new(pointer, format!("is not usable: {problem}")));
            }
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> (Option<InjectCredentials>, Vec<Problem>) {
        let host = json!({ "injectCredentials": value });
        let mut problems = Vec::new();
        let section = Section::open("/host", &host, &["injectCredentials"], &mut problems);
        (InjectCredentials::read(&section.expect("a table"), &mut problems), problems)
    }

    #[test]
    fn a_foreign_component_gets_no_credentials_unless_the_settings_say_so() {
        let injects = |setting: Option<InjectCredentials>, is_embedded| {
            InjectCredentials::of(setting.as_ref(), is_embedded).is_some()
        };
        assert_eq!((injects(None, true), injects(None, false)), (false, true));
        let off = || read(json!(false)).0;
        assert_eq!((injects(off(), true), injects(off(), false)), (false, false));
        let on = || read(json!(true)).0;
        assert_eq!((injects(on(), true), injects(on(), false)), (true, true));
    }

    #[test]
    fn origins_are_read_and_what_is_wrong_is_named() {
        let (read_points, problems) =
            read(json!({ "signIn": ["https://login.example"], "api": ["api.example"] }));
        let Some(InjectCredentials::At(points)) = read_points else { panic!("{problems:?}") };
        assert_eq!(points.sign_in_origins(), ["https://login.example"]);
        assert_eq!(points.api_origins(), ["https://api.example"]);
        for (value, pointer) in [
            (json!("yes"), ""),
            (json!({ "signIn": "x" }), "/signIn"),
            (json!({ "signIn": ["https://login.example", "https://*.example"] }), "/signIn/1"),
            (json!({ "api": ["http://api.example"] }), "/api/0"),
            (json!({ "apis": [] }), "/apis"),
        ] {
            let problems = read(value).1;
            let expected = format!("/host/injectCredentials{pointer}");
            assert_eq!(problems[0].pointer, expected, "{problems:?}");
        }
    }
}
