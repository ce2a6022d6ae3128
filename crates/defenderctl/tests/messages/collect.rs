//! Every text in the source that may reach a user: the string literals that have a blank in them.
//! Left out are tests, doc comments, lints and what is written to the log: by their form, not by a
//! list of functions, so that no message is missed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{
    Attribute, Expr, ExprCall, ImplItemFn, ItemFn, ItemImpl, ItemMod, Lit, LitStr, Macro, Meta,
};

/// Attributes whose texts are for readers and tools of the source.
const NOT_SHOWN: [&str; 7] = ["doc", "cfg", "cfg_attr", "allow", "expect", "must_use", "path"];

/// The macros of the log, by the crate's name in front of them.
const LOG: &str = "tracing";

/// A text of the source, on one line.
pub(crate) struct Text {
    pub(crate) text: String,
    /// The constructor of `Failure` that makes an error of it where it stands.
    pub(crate) error: Option<String>,
}

/// The texts of all files in a folder, by file.
pub(crate) fn texts(folder: &str) -> BTreeMap<String, Vec<Text>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files = Vec::new();
    walk(&folder, &mut files);
    let parsed: Vec<(PathBuf, syn::File)> = files
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let file = syn::parse_file(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            (path, file)
        })
        .collect();
    let tests: Vec<PathBuf> =
        parsed.iter().flat_map(|(path, file)| test_modules(path, file)).collect();
    let mut texts = BTreeMap::new();
    for (path, file) in &parsed {
        let is_test = |test: &PathBuf| path.starts_with(test) || *path == test.with_extension("rs");
        if tests.iter().any(is_test) {
            continue;
        }
        let mut collector = Collector::default();
        collector.visit_file(file);
        let name = path.strip_prefix(&folder).unwrap().to_string_lossy().replace('\\', "/");
        if !collector.texts.is_empty() {
            texts.insert(name, collector.texts);
        }
    }
    texts
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
}

/// Where the modules of a file lie that are compiled for tests alone, without `.rs`.
fn test_modules(path: &Path, file: &syn::File) -> Vec<PathBuf> {
    let is_root = ["main.rs", "lib.rs", "mod.rs"].iter().any(|name| path.ends_with(name));
    let folder = if is_root { path.parent().unwrap().into() } else { path.with_extension("") };
    let modules = file.items.iter().filter_map(|item| match item {
        syn::Item::Mod(module) if module.content.is_none() && is_for_tests(&module.attrs) => {
            Some(folder.join(module.ident.to_string()))
        }
        _ => None,
    });
    modules.collect()
}

/// Whether an item is compiled for tests alone: `cfg(test)`, or `cfg(all(test, …))`.
fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("cfg") => {
            let condition = list.tokens.to_string().replace(' ', "");
            condition == "test" || condition.starts_with("all(test,")
        }
        _ => false,
    })
}

#[derive(Default)]
struct Collector {
    texts: Vec<Text>,
    /// Inside of what makes an error, the name of that.
    error: Option<String>,
}

impl Collector {
    fn add(&mut self, literal: &LitStr) {
        let value = literal.value();
        if value.trim().contains([' ', '\n']) {
            let text = value.replace('\n', "\\n");
            self.texts.push(Text { text, error: self.error.clone() });
        }
    }

    /// What a macro or an attribute has in it is tokens, not syntax.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Literal(literal) => {
                    if let Lit::Str(literal) = Lit::new(literal) {
                        self.add(&literal);
                    }
                }
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    // An attribute inside of a macro.
                    if let Some(TokenTree::Group(group)) = tokens.peek()
                        && is_hidden(group)
                    {
                        tokens.next();
                    }
                }
                _ => {}
            }
        }
    }
}

/// Whether this is the bracket of an attribute that is not shown.
fn is_hidden(group: &Group) -> bool {
    let first = group.stream().into_iter().next();
    group.delimiter() == Delimiter::Bracket
        && matches!(first, Some(TokenTree::Ident(name)) if NOT_SHOWN.iter().any(|it| name == it))
}

impl<'ast> Visit<'ast> for Collector {
    fn visit_lit_str(&mut self, literal: &'ast LitStr) {
        self.add(literal);
    }

    /// `Failure::…(…)` makes an error.
    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        let before = self.error.clone();
        if let Expr::Path(path) = &*call.func
            && let [.., of, name] = &*path.path.segments.iter().collect::<Vec<_>>()
            && of.ident == "Failure"
        {
            self.error = Some(name.ident.to_string());
        }
        visit::visit_expr_call(self, call);
        self.error = before;
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        if call.path.segments.first().is_none_or(|first| first.ident != LOG) {
            self.tokens(call.tokens.clone());
        }
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if !NOT_SHOWN.iter().any(|name| attribute.path().is_ident(name)) {
            match &attribute.meta {
                Meta::List(list) => self.tokens(list.tokens.clone()),
                meta => visit::visit_meta(self, meta),
            }
        }
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_impl(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        if !is_for_tests(&item.attrs) {
            visit::visit_impl_item_fn(self, item);
        }
    }
}
