//! The contract as the component's authors wrote it, with its documentation.

/// The files of the WIT package `connector:plugin`, in the order in which one reads them.
pub(super) const FILES: [(&str, &str); 6] = [
    ("world.wit", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../wit/world.wit"))),
    (
        "connector.wit",
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../wit/connector.wit")),
    ),
    (
        "operations.wit",
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../wit/operations.wit")),
    ),
    (
        "downloads.wit",
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../wit/downloads.wit")),
    ),
    ("session.wit", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../wit/session.wit"))),
    ("types.wit", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../wit/types.wit"))),
];

/// All of it as one text.
pub(super) fn text() -> String {
    FILES.map(|(_, text)| text.trim_end()).join("\n\n")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn no_file_of_the_package_is_left_out() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit");
        let mut found: Vec<String> = fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        let mut known = FILES.map(|(name, _)| name);
        found.sort();
        known.sort_unstable();
        assert_eq!(found, known);
    }
}
