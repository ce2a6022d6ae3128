//! Paths that every server reads in the same way, and how they match.

use percent_encoding::percent_decode_str;

use crate::InvalidSetting;

/// What is wrong with a path, phrased to follow a colon.
const PROBLEM: &str = "a path starts with `/` and a segment, and has no query, no empty, `.` or `..` \
                       segment, and no `;`, `\\` or encoded `/` or `%` in one";

/// The decoded segments of a path.
///
/// Only of a path that all servers read in the same way: no segment but the last is empty, none is
/// `.` or `..`, and none contains, even percent-encoded, `/`, `\`, `;`, `?`, `#`, `%` or a control
/// character. Each of these is resolved, decoded twice or cut off by some servers and not by
/// others.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Path(Vec<Vec<u8>>);

impl Path {
    /// Parses a path; `None` if servers may read it differently.
    pub(crate) fn parse(path: &str) -> Option<Self> {
        let segments = path.strip_prefix('/')?.split('/');
        let last = segments.clone().count() - 1;
        let decoded = segments.enumerate().map(|(place, text)| {
            let segment: Vec<u8> = percent_decode_str(text).collect();
            let is_empty = segment.is_empty() && place < last;
            let is_relative = segment == b"." || segment == b"..";
            let is_odd = |byte: &u8| b"/\\;?#%".contains(byte) || byte.is_ascii_control();
            (!is_empty && !is_relative && !segment.iter().any(is_odd)).then_some(segment)
        });
        decoded.collect::<Option<_>>().map(Self)
    }

    /// Parses the path of a setting, which has at least one segment.
    pub(crate) fn of_setting(setting: &'static str, path: &str) -> Result<Self, InvalidSetting> {
        let mut parsed = Self::parse(path);
        // `/v1/` and `/v1` are the same prefix.
        if let Some(Self(segments)) = &mut parsed {
            segments.pop_if(|last| last.is_empty());
        }
        parsed.filter(|Self(segments)| !segments.is_empty()).ok_or_else(|| InvalidSetting {
            setting,
            value: path.to_owned(),
            problem: PROBLEM.to_owned(),
        })
    }

    /// Whether the path begins with these segments.
    pub(crate) fn starts_with(&self, start: &Self) -> bool {
        self.0.starts_with(&start.0)
    }

    /// Whether the path ends with these segments.
    pub(crate) fn ends_with(&self, end: &Self) -> bool {
        self.0.ends_with(&end.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_servers_read_differently_is_none() {
        for path in ["/", "/a", "/a/b/", "/a%20b", "/caf%C3%A9", "/a:b@c", "/.a/..b", "/a%3Db"] {
            assert!(Path::parse(path).is_some(), "{path}");
        }
        for path in [
            "",
            "a",
            "*",
            "//",
            "/a//b",
            "//a",
            "/a/../b",
            "/a/..",
            "/./a",
            "/a/%2e%2E/b",
            "/.%2e/a",
            "/a%2fb",
            "/a%2Fb",
            "/a\\b",
            "/a%5cb",
            "/a;b/c",
            "/a%3Bb",
            "/..;/a",
            "/a%252fb",
            "/a%",
            "/a%zz",
            "/a%00",
            "/a%0a",
            "/a%3fb",
            "/a%23b",
            "/a%7f",
        ] {
            assert_eq!(Path::parse(path), None, "{path}");
        }
    }

    #[test]
    fn a_path_matches_whole_segments_however_they_are_encoded() {
        let path = |text| Path::parse(text).unwrap();
        assert!(path("/api/machines/m1").starts_with(&path("/api/machines")));
        assert!(path("/api/machines").starts_with(&path("/api/machines")));
        assert!(path("/api/%6dachines/m1").starts_with(&path("/api/machines")));
        assert!(!path("/api/machines2").starts_with(&path("/api/machines")));
        assert!(!path("/api/Machines").starts_with(&path("/api/machines")));
        assert!(path("/v1/queries/run").ends_with(&path("/queries/run")));
        assert!(!path("/v1/queries/run/").ends_with(&path("/queries/run")));
        assert!(!path("/v1/myqueries/run").ends_with(&path("/queries/run")));
        assert!(!path("/v1/queries/run2").ends_with(&path("/queries/run")));
    }

    #[test]
    fn a_path_of_the_settings_has_a_segment() {
        let same = |one, other| {
            let [one, other] = [one, other].map(|text| Path::of_setting("x", text).unwrap());
            one == other
        };
        assert!(same("/v1/", "/v1"));
        for path in ["", "/", "v1", "/v1?x", "/a/../b"] {
            assert!(Path::of_setting("x", path).is_err(), "{path}");
        }
    }
}
