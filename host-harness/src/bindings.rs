//! Generated types for the WIT contract in `wit/`, the package's copy of the repository's. They are
//! private; [`crate::contract`] has the
//! public equivalents.
//!
//! The world has exports only: [`crate::state`] grants a component's imports by name, and nothing
//! else.

mod generated {
    wasmtime::component::bindgen!({
        path: "wit",
        world: "plugin",
        exports: { default: async },
    });
}

pub(crate) use generated::connector::plugin::types;
pub(crate) use generated::exports::connector::plugin::{connector, downloads, operations, session};

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::Path;

    fn files(folder: &Path) -> BTreeMap<String, String> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
        entries
            .map(|entry| {
                let name = entry.file_name().into_string().unwrap();
                (name, fs::read_to_string(entry.path()).unwrap())
            })
            .collect()
    }

    /// `UPDATE_GOLDEN=1` copies the contract.
    #[test]
    fn the_package_has_the_contract_of_the_repository() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let (copy, contract) = (here.join("wit"), here.join("../wit"));
        if !contract.exists() {
            // The published package.
            return;
        }
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            for (name, text) in files(&contract) {
                fs::write(copy.join(name), text).unwrap();
            }
        }
        assert_eq!(files(&copy), files(&contract), "UPDATE_GOLDEN=1 copies the contract");
    }
}
