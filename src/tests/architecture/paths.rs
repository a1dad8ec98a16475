//! The paths that a source file uses: of `use` declarations, in code, and inside macros. Relative ones are resolved,
//! items under `#[cfg(test)]` are left out.

use std::collections::HashSet;

use syn::{
    Attribute, ImplItem, Item, ItemMod, ItemUse, Macro, Path, UseTree, VisRestricted,
    buffer::{Cursor, TokenBuffer},
    spanned::Spanned,
    visit::{self, Visit},
};

/// A path and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// Such as `crate`, `server`, `clock`, `Clock`, or `axum`, `Router`. A glob ends with `*`.
    pub path: Vec<String>,
    pub line: usize,
}

impl Used {
    /// Whether the path is `other` or below it. `*::Name` stands for every path with that name in it.
    pub fn is_below(&self, other: &str) -> bool {
        match other.strip_prefix("*::") {
            Some(name) => self.path.iter().any(|segment| segment == name),
            None => {
                let mut segments = self.path.iter();
                other.split("::").all(|expected| segments.next().is_some_and(|segment| segment == expected))
            }
        }
    }
}

/// Every path that the text of a module uses.
///
/// # Panics
/// When the text is not valid Rust.
pub fn used(module: &[String], text: &str) -> Vec<Used> {
    let file = syn::parse_file(text).unwrap_or_else(|e| panic!("{}: {e}", module.join("::")));
    let mut collector = Collector { module: module.to_vec(), children: children(&file.items), found: Vec::new() };
    collector.visit_file(&file);
    collector.found
}

/// Whether an item is compiled for tests only.
pub fn is_test_only(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Ident>().is_ok_and(|what| what == "test")
    })
}

fn children(items: &[Item]) -> HashSet<String> {
    let modules = items.iter().filter_map(|item| match item {
        Item::Mod(module) => Some(module.ident.to_string()),
        _ => None,
    });
    modules.collect()
}

struct Collector {
    module: Vec<String>,
    /// Modules that the current one declares: paths may begin with them.
    children: HashSet<String>,
    found: Vec<Used>,
}

impl Collector {
    fn add(&mut self, path: &[String], line: usize) {
        let path = self.absolute(path);
        self.found.push(Used { path, line });
    }

    fn absolute(&self, path: &[String]) -> Vec<String> {
        let (mut base, mut rest) = (self.module.clone(), path);
        match path.first().map(String::as_str) {
            Some("crate") => {
                base.truncate(1);
                rest = &path[1..];
            }
            Some("self") => rest = &path[1..],
            Some("super") => {
                while rest.first().is_some_and(|segment| segment == "super") {
                    base.pop();
                    rest = &rest[1..];
                }
            }
            Some(first) if self.children.contains(first) => {}
            _ => base.clear(),
        }
        base.extend_from_slice(rest);
        base
    }

    fn add_tree(&mut self, before: &[String], tree: &UseTree) {
        let with = |name: String| {
            let mut path = before.to_vec();
            // `a::{self}` is `a`.
            if name != "self" || before.is_empty() {
                path.push(name);
            }
            path
        };
        match tree {
            UseTree::Path(part) => self.add_tree(&with(part.ident.to_string()), &part.tree),
            UseTree::Name(part) => self.add(&with(part.ident.to_string()), part.span().start().line),
            UseTree::Rename(part) => self.add(&with(part.ident.to_string()), part.span().start().line),
            UseTree::Glob(part) => self.add(&with("*".to_owned()), part.span().start().line),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.add_tree(before, tree)),
        }
    }

    /// Macros take any tokens, so their paths are found by their form: names joined by `::`.
    fn add_tokens(&mut self, mut cursor: Cursor<'_>) {
        while !cursor.eof() {
            if let Some((first, mut next)) = cursor.ident() {
                let mut path = vec![first.to_string()];
                while let Some((name, after)) = after_colons(next).and_then(Cursor::ident) {
                    path.push(name.to_string());
                    next = after;
                }
                if path.len() > 1 {
                    self.add(&path, first.span().start().line);
                }
                cursor = next;
            } else if let Some((inside, _, _, next)) = cursor.any_group() {
                self.add_tokens(inside);
                cursor = next;
            } else if let Some((_, next)) = cursor.token_tree() {
                cursor = next;
            } else {
                return;
            }
        }
    }
}

fn after_colons(cursor: Cursor<'_>) -> Option<Cursor<'_>> {
    after_colon(cursor).and_then(after_colon)
}

fn after_colon(cursor: Cursor<'_>) -> Option<Cursor<'_>> {
    let (punct, next) = cursor.punct()?;
    (punct.as_char() == ':').then_some(next)
}

impl<'ast> Visit<'ast> for Collector {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes: &[Attribute] = match item {
            Item::Const(item) => &item.attrs,
            Item::Enum(item) => &item.attrs,
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Macro(item) => &item.attrs,
            Item::Mod(item) => &item.attrs,
            Item::Static(item) => &item.attrs,
            Item::Struct(item) => &item.attrs,
            Item::Trait(item) => &item.attrs,
            Item::Type(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            _ => &[],
        };
        if !is_test_only(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let ImplItem::Fn(function) = item else { return visit::visit_impl_item(self, item) };
        if !is_test_only(&function.attrs) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        let Some((_, items)) = &item.content else { return };
        let outside = std::mem::replace(&mut self.children, children(items));
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
        self.children = outside;
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.add_tree(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if segments.len() > 1 {
            self.add(&segments, path.span().start().line);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        let buffer = TokenBuffer::new2(mac.tokens.clone());
        self.add_tokens(buffer.begin());
        visit::visit_macro(self, mac);
    }

    /// `pub(in super::super)` uses nothing.
    fn visit_vis_restricted(&mut self, _: &'ast VisRestricted) {}
}
