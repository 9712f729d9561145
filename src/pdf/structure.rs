//! The logical structure of tagged documents (ISO 32000-1 clause 14.7): new widgets get their place in it.
//!
//! Only what must change is changed: the parent of the new elements, the last leaf of the number tree, the root.

use std::collections::HashSet;

use super::{
    incremental::Editor,
    object::{Dictionary, Object, ObjectId},
    text_string,
};
use crate::{
    error::Result,
    limits::{MAX_FIELDS, MAX_REFERENCE_STEPS},
};

/// A widget that is to be found in the structure.
#[derive(Clone, Debug)]
pub(crate) struct NewWidget {
    pub(crate) id: ObjectId,
    pub(crate) page: ObjectId,
    /// What a reader is told who does not see it.
    pub(crate) name: String,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tagging {
    /// The document is not tagged.
    NotTagged,
    /// Each widget has its element.
    Done,
    /// The structure is not what it has to be; nothing was changed.
    Broken,
}

/// The element that takes new ones; `None` where that is the root itself.
type Holder = Option<(ObjectId, Dictionary)>;

/// Nodes from the root of a tree to a leaf, with their ids where they stand by themselves.
type Path = Vec<(Option<ObjectId>, Dictionary)>;

/// What the structure is made of.
struct Tree {
    root_id: ObjectId,
    root: Dictionary,
    parent: Holder,
    /// The way to the last leaf of the number tree.
    path: Path,
    /// The first key that nobody has.
    next: i64,
}

/// Whether the document says that it is tagged and has a structure (clause 14.8.1).
///
/// # Errors
/// `Limit`, `Io`.
pub(crate) fn is_tagged(editor: &Editor) -> Result<bool> {
    let catalog = editor.resolve(editor.trailer().get("Root").unwrap_or(&Object::Null))?;
    let Some(catalog) = catalog.as_dictionary() else {
        return Ok(false);
    };
    let mark_info = editor.value(catalog, "MarkInfo")?;
    let marked = match mark_info.as_dictionary() {
        Some(info) => editor.value(info, "Marked")? == Object::Boolean(true),
        None => false,
    };
    Ok(marked && catalog.get("StructTreeRoot").is_some())
}

/// Gives each widget a /Form element with an object reference, and an entry in the parent tree.
///
/// # Errors
/// `Limit`, `Io`.
pub(crate) fn add_widgets(editor: &mut Editor, widgets: &[NewWidget]) -> Result<Tagging> {
    if widgets.is_empty() || !is_tagged(editor)? {
        return Ok(Tagging::NotTagged);
    }
    let Some(tree) = Tree::read(editor)? else {
        return Ok(Tagging::Broken);
    };
    tree.add(editor, widgets)?;
    for widget in widgets {
        order_by_structure(editor, widget.page)?;
    }
    Ok(Tagging::Done)
}

/// The tab order of a page with annotations, where none is given (ISO 14289-1 clause 7.18.3).
fn order_by_structure(editor: &mut Editor, page: ObjectId) -> Result<()> {
    if let Object::Dictionary(mut dictionary) = editor.get(page)?
        && dictionary.get("Tabs").is_none()
    {
        dictionary.set("Tabs", Object::name("S"));
        editor.set(page, dictionary);
    }
    Ok(())
}

impl Tree {
    /// `None` where it is not sound.
    fn read(editor: &Editor) -> Result<Option<Self>> {
        let catalog = editor.resolve(editor.trailer().get("Root").unwrap_or(&Object::Null))?;
        let reference = catalog
            .as_dictionary()
            .and_then(|catalog| catalog.get("StructTreeRoot"))
            .cloned()
            .unwrap_or(Object::Null);
        let (Some(root_id), Object::Dictionary(root)) = editor.locate(&reference)? else {
            return Ok(None);
        };
        let Some(parent) = only_element(editor, &root)? else {
            return Ok(None);
        };
        let Some((path, highest)) = number_tree(editor, &root)? else {
            return Ok(None);
        };
        // What the root says may be too low in careless files; too high does no harm.
        let stated = editor.value(&root, "ParentTreeNextKey")?.as_integer();
        let next = highest
            .map_or(Some(0), |highest| highest.checked_add(1))
            .map(|next| next.max(stated.unwrap_or_default()));
        // Keys are written into the widgets as integers of 32 bits (annex C.2).
        let Some(next) = next.filter(|next| (0..i64::from(i32::MAX >> 1)).contains(next)) else {
            return Ok(None);
        };
        Ok(Some(Self {
            root_id,
            root,
            parent,
            path,
            next,
        }))
    }

    fn add(mut self, editor: &mut Editor, widgets: &[NewWidget]) -> Result<()> {
        let above = self.parent.as_ref().map_or(self.root_id, |(id, _)| *id);
        let first = self.next;
        let mut elements = Vec::new();
        for widget in widgets {
            let mut reference = Dictionary::default();
            reference.set("Type", Object::name("OBJR"));
            reference.set("Obj", widget.id);
            reference.set("Pg", widget.page);
            let mut element = Dictionary::default();
            element.set("Type", Object::name("StructElem"));
            element.set("S", Object::name("Form"));
            element.set("P", above);
            element.set("Pg", widget.page);
            element.set("Alt", Object::string(text_string::encode(&widget.name)));
            element.set("K", reference);
            elements.push(editor.add(element));
            if let Object::Dictionary(mut dictionary) = editor.get(widget.id)? {
                dictionary.set("StructParent", self.next);
                editor.set(widget.id, dictionary);
            }
            self.next = self.next.saturating_add(1);
        }

        let holder = self
            .parent
            .as_ref()
            .map_or(&self.root, |(_, element)| element);
        let kids = editor.locate(holder.get("K").unwrap_or(&Object::Null))?;
        let new = elements.iter().map(|&element| Object::Reference(element));
        let changed = match kids {
            (Some(id), Object::Array(mut items)) => {
                items.extend(new);
                editor.set(id, items);
                None
            }
            (_, Object::Array(mut items)) => {
                items.extend(new);
                Some(items)
            }
            (_, Object::Null) => Some(new.collect()),
            // One kid: kept as it stands, by reference or not.
            _ => {
                let one = holder.get("K").cloned().into_iter();
                Some(one.chain(new).collect())
            }
        };
        if let Some(items) = changed {
            match &mut self.parent {
                Some((id, element)) => {
                    element.set("K", items);
                    editor.set(*id, element.clone());
                }
                None => {
                    self.root.set("K", items);
                }
            }
        }
        self.add_keys(editor, first, &elements)?;
        self.root.set("ParentTreeNextKey", self.next);
        editor.set(self.root_id, self.root);
        Ok(())
    }

    /// The new keys are the highest: they go to the end of the last leaf. From there up, /Limits and nodes that
    /// stand inside their parent change.
    fn add_keys(&mut self, editor: &mut Editor, first: i64, elements: &[ObjectId]) -> Result<()> {
        let last = self.next.saturating_sub(1);
        let mut path = std::mem::take(&mut self.path);
        let (id, mut leaf) = path.pop().unwrap_or_default();
        let (list, nums) = editor.locate(leaf.get("Nums").unwrap_or(&Object::Null))?;
        let mut nums = nums.as_array().map(<[Object]>::to_vec).unwrap_or_default();
        for (key, &element) in (first..).zip(elements) {
            nums.extend([Object::Integer(key), Object::Reference(element)]);
        }
        let mut changed = true;
        match list {
            Some(list) => {
                editor.set(list, nums);
                changed = false;
            }
            None => {
                leaf.set("Nums", nums);
            }
        }
        changed |= raise_limit(editor, &mut leaf, last)?;
        // What the node above must hold in place of its last kid; nothing where that is a reference.
        let mut inside = put(editor, id, leaf, changed);
        while let Some((id, mut node)) = path.pop() {
            let mut changed = raise_limit(editor, &mut node, last)?;
            if let Some(kid) = inside.take() {
                let (list, kids) = editor.locate(node.get("Kids").unwrap_or(&Object::Null))?;
                let mut kids = kids.as_array().map(<[Object]>::to_vec).unwrap_or_default();
                if let Some(slot) = kids.last_mut() {
                    *slot = kid.into();
                }
                match list {
                    Some(list) => editor.set(list, kids),
                    None => {
                        node.set("Kids", kids);
                        changed = true;
                    }
                }
            }
            inside = put(editor, id, node, changed);
        }
        if let Some(tree) = inside {
            self.root.set("ParentTree", tree);
        }
        Ok(())
    }
}

/// Writes a node that stands by itself; gives back one that does not.
fn put(
    editor: &mut Editor,
    id: Option<ObjectId>,
    node: Dictionary,
    changed: bool,
) -> Option<Dictionary> {
    match id {
        Some(id) if changed => editor.set(id, node),
        Some(_) => {}
        None => return Some(node),
    }
    None
}

/// The upper one of /Limits (table 37). The root of a tree has none.
fn raise_limit(editor: &Editor, node: &mut Dictionary, last: i64) -> Result<bool> {
    let Object::Array(mut limits) = editor.value(node, "Limits")? else {
        return Ok(false);
    };
    if let [_, upper] = limits.as_mut_slice() {
        *upper = Object::Integer(last);
        node.set("Limits", limits);
        return Ok(true);
    }
    Ok(false)
}

/// The single element below the root, which is the document: it takes further ones (ISO 14289-1 wants no others
/// beside it). `Some(None)` where the root itself takes them, `None` where its kids are not sound.
fn only_element(editor: &Editor, root: &Dictionary) -> Result<Option<Holder>> {
    let kids = root.get("K").cloned().unwrap_or(Object::Null);
    let (id, value) = editor.locate(&kids)?;
    let (id, value) = match value {
        Object::Array(items) => match items.as_slice() {
            [one] => editor.locate(one)?,
            _ => return Ok(Some(None)),
        },
        other => (id, other),
    };
    match (id, value) {
        (Some(id), Object::Dictionary(element)) if element.get("S").is_some() => {
            Ok(Some(Some((id, element))))
        }
        (_, Object::Null) => Ok(Some(None)),
        // An element must be an indirect object (table 322).
        _ => Ok(None),
    }
}

/// The way to the last leaf of /ParentTree, and the highest key of the whole tree. `None` where it is not sound.
fn number_tree(editor: &Editor, root: &Dictionary) -> Result<Option<(Path, Option<i64>)>> {
    let (id, value) = editor.locate(root.get("ParentTree").unwrap_or(&Object::Null))?;
    let tree = match value {
        Object::Dictionary(tree) => tree,
        // A document without marked content may do without (table 322: required only then).
        Object::Null => return Ok(Some((vec![(None, Dictionary::default())], None))),
        _ => return Ok(None),
    };
    let mut highest = None;
    let mut path: Path = vec![(id, tree)];
    let mut seen = HashSet::new();
    for _ in 0..MAX_REFERENCE_STEPS {
        let Some((id, node)) = path.last() else {
            break;
        };
        if id.is_some_and(|id| !seen.insert(id)) {
            return Ok(None);
        }
        match editor.value(node, "Kids")? {
            Object::Array(kids) => {
                let Some(last) = kids.last() else {
                    return Ok(None);
                };
                for kid in kids.iter().take(MAX_FIELDS) {
                    highest = highest.max(upper_limit(editor, kid)?);
                }
                match editor.locate(last)? {
                    (id, Object::Dictionary(kid)) => path.push((id, kid)),
                    _ => return Ok(None),
                }
            }
            _ => {
                let nums = editor.value(node, "Nums")?;
                let Some(nums) = nums.as_array() else {
                    // The root of an empty tree may have neither.
                    let is_root = path.len() == 1;
                    return Ok(is_root.then_some((path, highest)));
                };
                for key in nums.iter().step_by(2) {
                    highest = highest.max(editor.resolve(key)?.as_integer());
                }
                return Ok((nums.len() % 2 == 0).then_some((path, highest)));
            }
        }
    }
    Ok(None)
}

fn upper_limit(editor: &Editor, kid: &Object) -> Result<Option<i64>> {
    let kid = editor.resolve(kid)?;
    let Some(kid) = kid.as_dictionary() else {
        return Ok(None);
    };
    let limits = editor.value(kid, "Limits")?;
    Ok(limits
        .as_array()
        .and_then(|limits| limits.get(1))
        .and_then(Object::as_integer))
}
