//! Folders import each other, and the files beside them, in one direction only.
//!
//! A folder counts as a whole, with all that is in it. Its `mod.rs` belongs to the folder: what is
//! in the folder may import from it. Files of one folder may import each other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use syn::visit::Visit;

/// A module by its path in the crate; the crate's root is empty.
type Module = Vec<String>;

/// What a file imports.
#[derive(Default)]
struct Imports {
    /// Paths that it uses, as they are written.
    used: Vec<Vec<String>>,
    /// The names that it hands on, with the paths that they stand for.
    handed_on: Vec<Vec<String>>,
}

impl<'ast> Visit<'ast> for Imports {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let paths = match item.vis {
            syn::Visibility::Inherited => &mut self.used,
            _ => &mut self.handed_on,
        };
        flatten(&item.tree, &mut Vec::new(), paths);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let is_test = |attribute: &syn::Attribute| attribute.path().is_ident("cfg");
        if !item.attrs.iter().any(is_test) {
            syn::visit::visit_item_mod(self, item);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.used.push(path.segments.iter().map(|part| part.ident.to_string()).collect());
        syn::visit::visit_path(self, path);
    }
}

/// The paths of a tree of imports.
fn flatten(tree: &syn::UseTree, prefix: &mut Vec<String>, paths: &mut Vec<Vec<String>>) {
    let mut end = |name: String| paths.push([prefix.as_slice(), &[name]].concat());
    match tree {
        syn::UseTree::Name(name) => end(name.ident.to_string()),
        syn::UseTree::Rename(rename) => end(rename.ident.to_string()),
        syn::UseTree::Glob(_) => end("*".to_owned()),
        syn::UseTree::Group(group) => {
            group.items.iter().for_each(|tree| flatten(tree, prefix, paths));
        }
        syn::UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            flatten(&path.tree, prefix, paths);
            prefix.pop();
        }
    }
}

/// The modules of a crate, with what they import.
struct Crate(BTreeMap<Module, Imports>);

impl Crate {
    fn read(source: &Path) -> Self {
        let mut modules = BTreeMap::new();
        let mut folders = vec![Module::new()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(source.join(folder.join("/"))).unwrap().flatten() {
                let name = entry.file_name().into_string().unwrap();
                let child = |name: &str| [folder.as_slice(), &[name.to_owned()]].concat();
                if entry.path().is_dir() && !["bin", "tests"].contains(&name.as_str()) {
                    folders.push(child(&name));
                }
                let module = match name.strip_suffix(".rs") {
                    Some("lib" | "main" | "mod") => folder.clone(),
                    Some("tests") | None => continue,
                    Some(name) => child(name),
                };
                let text = fs::read_to_string(entry.path()).unwrap();
                let imports: &mut Imports = modules.entry(module).or_default();
                imports.visit_file(&syn::parse_file(&text).unwrap());
            }
        }
        Self(modules)
    }

    /// The path from the crate's root; `None` if it leads out of the crate.
    fn absolute(&self, module: &Module, path: &[String]) -> Option<Module> {
        let mut base = module.clone();
        let mut rest = path;
        while let Some((first, behind)) = rest.split_first() {
            match first.as_str() {
                "crate" => base.clear(),
                "self" => {}
                "super" => drop(base.pop()),
                _ => break,
            }
            rest = behind;
        }
        let whole = [base.as_slice(), rest].concat();
        let is_child = || self.0.contains_key(&[module.as_slice(), &path[..1]].concat());
        (rest.len() < path.len() || is_child()).then_some(whole)
    }

    /// The module that defines what a path from the root names.
    fn definition(&self, path: &Module, depth: usize) -> Module {
        let is_module = |length: &usize| self.0.contains_key(&path[..*length]);
        let length = (0..=path.len()).rev().find(is_module).unwrap_or_default();
        let module = path[..length].to_vec();
        let name = path.get(length);
        let handed_on = self.0.get(&module).into_iter().flat_map(|imports| &imports.handed_on);
        let origin = handed_on
            .filter(|path| path.last() == name && name.is_some())
            .find_map(|path| self.absolute(&module, path));
        match origin {
            Some(origin) if origin != *path && depth < 8 => {
                let behind = path.get(length + 1..).unwrap_or_default();
                self.definition(&[origin.as_slice(), behind].concat(), depth + 1)
            }
            _ => module,
        }
    }

    /// Which module uses which.
    fn uses(&self) -> BTreeSet<(Module, Module)> {
        let mut uses = BTreeSet::new();
        for (module, imports) in &self.0 {
            for path in &imports.used {
                if let Some(path) = self.absolute(module, path) {
                    uses.insert((module.clone(), self.definition(&path, 0)));
                }
            }
        }
        uses
    }
}

/// Whether arrows lead from one name to another.
fn leads(from: &str, to: &str, arrows: &BTreeMap<&str, BTreeSet<&str>>) -> bool {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(next) = open.pop() {
        open.extend(arrows.get(next).into_iter().flatten().filter(|next| reached.insert(**next)));
    }
    reached.contains(to)
}

#[test]
fn folders_import_each_other_in_one_direction() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let crates = fs::read_dir(root.join("crates")).unwrap().map(|entry| entry.unwrap().path());
    let mut circles = Vec::new();
    for folder in crates.chain([root.to_owned(), root.join("host-harness")]) {
        let uses = Crate::read(&folder.join("src")).uses();
        let parents: BTreeSet<&[String]> =
            uses.iter().map(|(module, _)| &module[..module.len().saturating_sub(1)]).collect();
        for parent in parents {
            // The child of the parent that a module is, or is within.
            let child = |module: &'_ Module| -> Option<String> {
                module.starts_with(parent).then(|| module.get(parent.len()).cloned())?
            };
            let ties: Vec<(String, String, String)> = uses
                .iter()
                .map(|(from, to)| (child(from), child(to), (from.join("::"), to.join("::"))))
                .filter(|(from, to, _)| from != to)
                .filter_map(|(from, to, (user, used))| {
                    Some((from?, to?, format!("    {user} -> {used}")))
                })
                .collect();
            let mut arrows: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
            for (from, to, _) in &ties {
                arrows.entry(from).or_default().insert(to);
            }
            let is_folder = |name: &str| {
                let is_inside = |(from, to): &(Module, Module)| {
                    let mut both = [from, to].into_iter();
                    both.any(|it| it.len() > parent.len() + 1 && child(it).as_deref() == Some(name))
                };
                uses.iter().any(is_inside)
            };
            let tied: Vec<_> = ties
                .iter()
                .filter(|(from, to, _)| leads(from, to, &arrows) && leads(to, from, &arrows))
                .collect();
            let lines: Vec<&str> = tied.iter().map(|(_, _, line)| line.as_str()).collect();
            if tied.iter().any(|(from, _, _)| is_folder(from)) {
                let name = folder.strip_prefix(root).unwrap().display();
                circles.push(format!("{name} {}\n{}", parent.join("::"), lines.join("\n")));
            }
        }
    }
    assert!(circles.is_empty(), "these import each other:\n{}", circles.join("\n"));
}
