//! The tree of form fields (ISO 32000-1 clauses 12.7.2 and 12.7.3), walked for those of type /Sig.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{SignatureField, View, lock, place_of};
use crate::{
    error::Result,
    geometry::Rect,
    limits::{MAX_FIELD_BYTES, MAX_FIELD_NAME_BYTES, MAX_FIELDS, MAX_FINDINGS},
    pdf::{
        object::{Dictionary, Object, ObjectId},
        text_string,
    },
    report::Finding,
    text::rules,
};

/// The signature fields, in the order of the tree.
pub(super) fn signature_fields(view: &View<'_>) -> Result<(Vec<SignatureField>, Vec<Finding>)> {
    let mut walk = Walk {
        view,
        seen: HashSet::new(),
        fields: Vec::new(),
        findings: Vec::new(),
        steps: MAX_FIELDS,
        room: MAX_FIELD_BYTES,
    };
    let form = view.get(&view.catalog()?, "AcroForm")?;
    if let Some(form) = form.as_dictionary() {
        for key in form.duplicates() {
            let key = String::from_utf8_lossy(&key.0);
            walk.trouble(Finding::new(&rules::pdf::DUPLICATE_KEY).with(key));
        }
        let roots = view.get(form, "Fields")?;
        walk.all(roots.as_array().unwrap_or_default())?;
    }
    if let Some(hidden) = view.hidden() {
        walk.trouble(hidden);
    }
    walk.compare();
    Ok((walk.fields, walk.findings))
}

/// What a field hands down to its kids (table 220).
#[derive(Clone, Debug, Default)]
struct Inherited {
    name: String,
    is_signature: bool,
    value: Option<Object>,
}

struct Walk<'a, 'b> {
    view: &'a View<'b>,
    seen: HashSet<ObjectId>,
    fields: Vec<SignatureField>,
    findings: Vec<Finding>,
    /// Nodes that may still be looked at.
    steps: usize,
    /// Bytes that may still be kept.
    room: usize,
}

impl Walk<'_, '_> {
    fn all(&mut self, roots: &[Object]) -> Result<()> {
        // Depth first, in order: the stack is reversed.
        let mut stack: Vec<(ObjectId, Arc<Inherited>)> = Vec::new();
        self.push(&mut stack, roots, &Arc::default());
        while let Some((id, above)) = stack.pop() {
            if !self.step() {
                return Ok(());
            }
            let Object::Dictionary(node) = self.view.resolve(&Object::Reference(id))? else {
                continue;
            };
            let kids = self.view.get(&node, "Kids")?;
            let own = self.inherit(&node, above)?;
            let (subfields, widgets) = self.split(kids.as_array().unwrap_or_default())?;
            self.push(&mut stack, &subfields, &own);
            if own.is_signature && subfields.is_empty() {
                let field = self.field(id, &node, widgets, &own)?;
                let Some(room) = self.room.checked_sub(weight(&field)) else {
                    self.trouble(
                        Finding::new(&rules::pdf::FIELD_TREE)
                            .with("size")
                            .at(place_of(id)),
                    );
                    return Ok(());
                };
                self.room = room;
                self.fields.push(field);
            }
        }
        Ok(())
    }

    /// Counts a node; `false` when there were too many.
    fn step(&mut self) -> bool {
        match self.steps.checked_sub(1) {
            Some(left) => self.steps = left,
            None => self.trouble(Finding::new(&rules::pdf::FIELD_TREE).with("size")),
        }
        self.steps > 0
    }

    fn trouble(&mut self, finding: Finding) {
        if self.findings.len() < MAX_FINDINGS && !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    /// Puts nodes on the stack that were not seen yet.
    fn push(
        &mut self,
        stack: &mut Vec<(ObjectId, Arc<Inherited>)>,
        nodes: &[Object],
        above: &Arc<Inherited>,
    ) {
        let from = stack.len();
        for node in nodes.iter().take(MAX_FIELDS) {
            let tree = || Finding::new(&rules::pdf::FIELD_TREE);
            match node.as_reference() {
                Some(id) if self.seen.insert(id) => stack.push((id, Arc::clone(above))),
                Some(id) => self.trouble(tree().with("loop").at(place_of(id))),
                None if *node == Object::Null => {}
                None => self.trouble(tree().with("direct object")),
            }
        }
        if let Some(new) = stack.get_mut(from..) {
            new.reverse();
        }
    }

    fn inherit(&self, node: &Dictionary, above: Arc<Inherited>) -> Result<Arc<Inherited>> {
        let partial = match self.view.get(node, "T")? {
            Object::String(partial) => {
                let bytes = partial.bytes.get(..2 * MAX_FIELD_NAME_BYTES);
                Some(text_string::decode(bytes.unwrap_or(&partial.bytes)))
            }
            _ => None,
        };
        let kind = self.view.get(node, "FT")?;
        let value = node.get("V");
        if partial.is_none() && kind == Object::Null && value.is_none() {
            return Ok(above);
        }
        let mut own = Arc::unwrap_or_clone(above);
        if let Some(partial) = partial {
            if !own.name.is_empty() {
                own.name.push('.');
            }
            own.name.push_str(&partial);
            let most = own.name.len().min(MAX_FIELD_NAME_BYTES);
            let mut bounds = (0..=most).rev();
            let bound = bounds.find(|at| own.name.is_char_boundary(*at));
            own.name.truncate(bound.unwrap_or(0));
        }
        if let Some(kind) = kind.as_name() {
            own.is_signature = kind == b"Sig";
        }
        if let Some(value) = value {
            // Only signatures are of interest, and values of text fields may be long.
            let kept = own.is_signature || matches!(value, Object::Reference(_));
            own.value = kept.then(|| value.clone());
        }
        Ok(Arc::new(own))
    }

    /// Kids that are fields (they have /T or /Kids), and kids that are widgets of this field.
    fn split(&mut self, kids: &[Object]) -> Result<(Vec<Object>, Vec<ObjectId>)> {
        let (mut fields, mut widgets) = (Vec::new(), Vec::new());
        for kid in kids {
            if !self.step() {
                break;
            }
            let Some(id) = kid.as_reference() else {
                self.trouble(Finding::new(&rules::pdf::FIELD_TREE).with("direct object"));
                continue;
            };
            match self.view.resolve(kid)?.as_dictionary() {
                Some(kid) if kid.get("T").is_some() || kid.get("Kids").is_some() => {
                    fields.push(Object::Reference(id));
                }
                Some(_) => widgets.push(id),
                None => {}
            }
        }
        Ok((fields, widgets))
    }

    fn field(
        &mut self,
        id: ObjectId,
        node: &Dictionary,
        mut widgets: Vec<ObjectId>,
        own: &Inherited,
    ) -> Result<SignatureField> {
        for key in node.duplicates() {
            let key = String::from_utf8_lossy(&key.0);
            self.trouble(
                Finding::new(&rules::pdf::DUPLICATE_KEY)
                    .with(key)
                    .at(place_of(id)),
            );
        }
        let is_widget = node
            .get("Subtype")
            .is_some_and(|kind| kind.is_name("Widget"));
        if widgets.is_empty() && (is_widget || node.get("Rect").is_some()) {
            widgets.push(id);
        }
        let first = match widgets.first() {
            Some(first) if *first != id => self.view.resolve(&Object::Reference(*first))?,
            _ => Object::Null,
        };
        let first = first.as_dictionary().unwrap_or(node);
        let value = match &own.value {
            Some(value) => self.view.resolve(value)?,
            None => Object::Null,
        };
        let value_dictionary = match value {
            Object::Dictionary(dictionary) => Some(dictionary),
            Object::Null => None,
            _ => {
                let wrong = Finding::new(&rules::pdf::SIGNATURE_VALUE_WRONG).with(&own.name);
                self.trouble(wrong.at(place_of(id)));
                None
            }
        };
        Ok(SignatureField {
            name: own.name.clone(),
            id,
            value: own.value.as_ref().and_then(Object::as_reference),
            value_dictionary,
            rect: rect(self.view, first)?,
            page: first.get("P").and_then(Object::as_reference),
            lock: match node.get("Lock") {
                Some(lock) => lock::read(self.view, lock)?,
                None => None,
            },
            widgets,
        })
    }

    /// Names and values that more than one field has.
    fn compare(&mut self) {
        let mut names: HashMap<&str, usize> = HashMap::new();
        let mut values: HashMap<ObjectId, usize> = HashMap::new();
        let mut found = Vec::new();
        for field in &self.fields {
            let count = names.entry(&field.name).or_default();
            *count = count.saturating_add(1);
            if *count == 2 {
                let twice = Finding::new(&rules::pdf::FIELD_NAME_TWICE).with(&field.name);
                found.push(twice.at(place_of(field.id)));
            }
            let Some(value) = field.value.filter(|_| field.value_dictionary.is_some()) else {
                continue;
            };
            let count = values.entry(value).or_default();
            *count = count.saturating_add(1);
            if *count == 2 {
                found.push(Finding::new(&rules::pdf::VALUE_SHARED).at(place_of(value)));
            }
        }
        for finding in found {
            self.trouble(finding);
        }
    }
}

/// /Rect of a widget.
fn rect(view: &View<'_>, widget: &Dictionary) -> Result<Option<Rect>> {
    let corners = view.get(widget, "Rect")?;
    let Some([x0, y0, x1, y1]) = corners.as_array() else {
        return Ok(None);
    };
    let number = |object| view.resolve(object).map(|value| value.as_number());
    Ok(match (number(x0)?, number(y0)?, number(x1)?, number(y1)?) {
        (Some(x0), Some(y0), Some(x1), Some(y1)) => Some(Rect::from_corners(x0, y0, x1, y1)),
        _ => None,
    })
}

/// About how many bytes a field keeps.
fn weight(field: &SignatureField) -> usize {
    let lock = field.lock.as_ref().map_or(0, |lock| match &lock.action {
        lock::LockAction::All => 0,
        lock::LockAction::Include(names) | lock::LockAction::Exclude(names) => {
            names.iter().fold(0, |sum: usize, name| {
                sum.saturating_add(name.len().saturating_add(32))
            })
        }
    });
    let value = field
        .value_dictionary
        .as_ref()
        .map_or(0, Dictionary::weight);
    [
        256,
        field.name.len(),
        field.widgets.len().saturating_mul(8),
        lock,
        value,
    ]
    .into_iter()
    .fold(0, usize::saturating_add)
}
