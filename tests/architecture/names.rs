//! Every path of a file, in any position: `use` trees, types, expressions, patterns, attributes, macro arguments.

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, File, ItemMod, ItemUse, Macro, Meta, Path, UseTree,
    visit::{self, Visit},
};

/// A path as absolute segments below the crate root (`["crate", "pdf", "Document"]`) or as written (`["std", "fs"]`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) segments: Vec<String>,
    pub(crate) line: usize,
}

/// The names in a file that is the module `module`; code for tests alone is left out.
pub(crate) fn of(module: &[String], text: &str) -> Vec<Name> {
    let file: File = syn::parse_file(text).unwrap();
    let mut collector = Collector {
        module: module.to_vec(),
        names: Vec::new(),
    };
    if !file.attrs.iter().any(is_test) {
        collector.visit_file(&file);
    }
    collector.names
}

/// The modules below `module` that stand in files of their own and are compiled for tests alone.
pub(crate) fn test_modules(module: &[String], text: &str) -> Vec<Vec<String>> {
    let file: File = syn::parse_file(text).unwrap();
    let declared = file.items.iter().filter_map(|item| match item {
        syn::Item::Mod(item) if item.content.is_none() && item.attrs.iter().any(is_test) => {
            Some(&item.ident)
        }
        _ => None,
    });
    declared
        .map(|name| module.iter().cloned().chain([name.to_string()]).collect())
        .collect()
}

/// Whether an attribute says `cfg(test)` or `cfg(all(test, …))`.
pub(crate) fn is_test(attribute: &Attribute) -> bool {
    let Meta::List(list) = &attribute.meta else {
        return false;
    };
    let text = list.tokens.to_string();
    list.path.is_ident("cfg") && (text == "test" || text.replace(' ', "").starts_with("all(test"))
}

struct Collector {
    module: Vec<String>,
    names: Vec<Name>,
}

impl Collector {
    /// Resolves `crate`, `self` and `super`, and keeps the name.
    fn push(&mut self, segments: &[(String, usize)]) {
        let Some((first, line)) = segments.first() else {
            return;
        };
        let rest = || segments.iter().skip(1).map(|(name, _)| name.clone());
        let absolute = match first.as_str() {
            "crate" => ["crate".to_owned()].into_iter().chain(rest()).collect(),
            "$crate" => ["crate".to_owned()].into_iter().chain(rest()).collect(),
            "self" | "super" => {
                let ups = segments
                    .iter()
                    .take_while(|(name, _)| name == "super")
                    .count();
                let selfs = usize::from(first == "self");
                let depth = self.module.len().saturating_sub(ups);
                let base = self.module.iter().take(depth).cloned();
                let rest = segments
                    .iter()
                    .skip(ups.max(selfs))
                    .map(|(name, _)| name.clone());
                ["crate".to_owned()]
                    .into_iter()
                    .chain(base)
                    .chain(rest)
                    .collect()
            }
            _ => segments.iter().map(|(name, _)| name.clone()).collect(),
        };
        self.names.push(Name {
            segments: absolute,
            line: *line,
        });
    }

    fn tree(&mut self, tree: &UseTree, prefix: &mut Vec<(String, usize)>) {
        let depth = prefix.len();
        let add = |ident: &syn::Ident, prefix: &mut Vec<(String, usize)>| {
            prefix.push((ident.to_string(), ident.span().start().line));
        };
        match tree {
            UseTree::Path(path) => {
                add(&path.ident, prefix);
                self.tree(&path.tree, prefix);
            }
            UseTree::Name(name) => {
                add(&name.ident, prefix);
                self.push(prefix);
            }
            UseTree::Rename(rename) => {
                add(&rename.ident, prefix);
                self.push(prefix);
            }
            UseTree::Glob(_) => self.push(prefix),
            UseTree::Group(group) => {
                for item in &group.items {
                    self.tree(item, prefix);
                }
            }
        }
        prefix.truncate(depth);
    }

    /// Paths in tokens that nobody parses: `ident (:: ident)*`, `::{…}` groups included.
    fn tokens(&mut self, tokens: TokenStream, prefix: &[(String, usize)]) {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        let mut path: Vec<(String, usize)> = prefix.to_vec();
        let mut at = 0;
        let colons = |at: usize| {
            let colon = |at: usize| matches!(trees.get(at), Some(TokenTree::Punct(p)) if p.as_char() == ':');
            colon(at) && colon(at + 1)
        };
        while let Some(tree) = trees.get(at) {
            at += 1;
            match tree {
                TokenTree::Ident(ident) => {
                    path.push((ident.to_string(), ident.span().start().line));
                    if colons(at) {
                        at += 2;
                        if let Some(TokenTree::Group(group)) = trees.get(at) {
                            self.tokens(group.stream(), &path);
                            at += 1;
                            path = prefix.to_vec();
                        }
                    } else {
                        self.push(&path);
                        path = prefix.to_vec();
                    }
                }
                TokenTree::Group(group) => {
                    self.tokens(group.stream(), &[]);
                    path = prefix.to_vec();
                }
                TokenTree::Punct(punct) if punct.as_char() == '<' && path.len() > prefix.len() => {
                    // A turbofish: what was read so far is a name of its own.
                    self.push(&path);
                    path = prefix.to_vec();
                }
                _ => path = prefix.to_vec(),
            }
        }
    }
}

impl<'ast> Visit<'ast> for Collector {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !attributes(item).iter().any(is_test) {
            visit::visit_item(self, item);
        }
    }

    fn visit_stmt(&mut self, statement: &'ast syn::Stmt) {
        let test = match statement {
            syn::Stmt::Local(local) => local.attrs.iter().any(is_test),
            syn::Stmt::Macro(call) => call.attrs.iter().any(is_test),
            syn::Stmt::Expr(syn::Expr::Call(call), _) => call.attrs.iter().any(is_test),
            _ => false,
        };
        if !test {
            visit::visit_stmt(self, statement);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.tree(&item.tree, &mut Vec::new());
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let segments: Vec<_> = path
            .segments
            .iter()
            .map(|s| (s.ident.to_string(), s.ident.span().start().line))
            .collect();
        self.push(&segments);
        visit::visit_path(self, path);
    }

    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {
        // `pub(crate)` and `pub(super)` name no module.
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.visit_path(&call.path);
        self.tokens(call.tokens.clone(), &[]);
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let Meta::List(list) = &attribute.meta {
            self.tokens(list.tokens.clone(), &[]);
        }
    }
}

fn attributes(item: &syn::Item) -> &[Attribute] {
    use syn::Item;
    match item {
        Item::Const(i) => &i.attrs,
        Item::Enum(i) => &i.attrs,
        Item::ExternCrate(i) => &i.attrs,
        Item::Fn(i) => &i.attrs,
        Item::ForeignMod(i) => &i.attrs,
        Item::Impl(i) => &i.attrs,
        Item::Macro(i) => &i.attrs,
        Item::Mod(i) => &i.attrs,
        Item::Static(i) => &i.attrs,
        Item::Struct(i) => &i.attrs,
        Item::Trait(i) => &i.attrs,
        Item::TraitAlias(i) => &i.attrs,
        Item::Type(i) => &i.attrs,
        Item::Union(i) => &i.attrs,
        Item::Use(i) => &i.attrs,
        _ => &[],
    }
}
