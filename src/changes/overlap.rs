//! Boxes that came with later signatures and lie over what a page showed before: allowed, and worth a look.

use std::{collections::BTreeSet, rc::Rc};

use super::{
    Doubt, Placed, Step,
    delta::{Delta, Objects},
    index::Index,
    path, to_u32,
};
use crate::{
    error::Place,
    geometry::Rect,
    limits::{MAX_OVERLAPS_COMPARED, MAX_PLACES_COMPARED, MAX_REFERENCE_STEPS},
    pdf::{
        Dictionary, Object, ObjectId,
        document::Entry,
        text_places::{PageText, Places},
        text_string,
    },
    report::Finding,
    text::{Rule, rules::appended as rules},
};

/// Square points that two boxes may share: neighbours touch.
const TOLERANCE: f64 = 1.0;
/// The flags of annotations that nobody sees: hidden, no view (ISO 32000-1 table 165).
const UNSEEN: i64 = 2 | 32;

/// The work on all revisions.
pub(super) struct Overlaps<'a> {
    objects: &'a Objects<'a>,
    placed: &'a [Placed],
    /// The first signed revision: what was there then, that signature saw.
    first: usize,
    /// Objects that may still be looked at, and stretches of text that may still be compared.
    left: usize,
    comparisons: usize,
    places: Option<Places>,
    /// The text of pages, with what their contents were then.
    texts: Vec<(ObjectId, Vec<Content>, Rc<PageText>)>,
}

/// A content stream, and where it stands.
type Content = (ObjectId, Option<Entry>);

/// Lists of annotations that one revision changed: pages, and arrays that are objects of their own.
pub(super) type Lists = Vec<ObjectId>;

/// A box of a later field.
struct Widget {
    id: ObjectId,
    rect: Rect,
    name: String,
}

impl<'a> Overlaps<'a> {
    pub(super) fn new(objects: &'a Objects<'a>, placed: &'a [Placed], first: usize) -> Self {
        Self {
            objects,
            placed,
            first,
            left: MAX_OVERLAPS_COMPARED,
            comparisons: MAX_PLACES_COMPARED,
            places: None,
            texts: Vec::new(),
        }
    }

    /// The lists that a revision changed.
    pub(super) fn lists(delta: &Delta) -> Lists {
        let changed = delta.replaced.values().filter(|c| match &*c.after {
            Object::Array(_) => true,
            Object::Dictionary(page) => page.get("Annots").is_some(),
            _ => false,
        });
        changed.map(|changed| changed.id).collect()
    }

    /// Notes the boxes that a revision brought and that lie over something.
    pub(super) fn note(&mut self, index: &Index, lists: &Lists, step: &mut Step) {
        let revision = step.revision;
        let mut pages = BTreeSet::new();
        for list in lists {
            // What cannot be read is judged where the change is.
            pages.extend(self.pages(index, revision, *list).unwrap_or_default());
        }
        for page in pages {
            let findings = self.on_page(revision, page);
            step.findings.extend(findings.unwrap_or_default());
        }
    }

    /// The page that a list is, or the pages whose it is.
    fn pages(
        &self,
        index: &Index,
        revision: usize,
        list: ObjectId,
    ) -> Result<Vec<ObjectId>, Doubt> {
        if let Object::Dictionary(_) = *self.objects.at(revision, list)? {
            return Ok(vec![list]);
        }
        let uses = path::uses(self.objects, index, revision, list)?;
        let pages = uses.into_iter().filter(|used| used.keys == ["Annots"]);
        Ok(pages.filter_map(|used| used.from).collect())
    }

    fn on_page(&mut self, revision: usize, id: ObjectId) -> Result<Vec<Finding>, Doubt> {
        let mut findings = Vec::new();
        let before = self.annotations(revision - 1, id)?;
        let after = self.annotations(revision, id)?;
        let known: BTreeSet<_> = before.iter().filter_map(Object::as_reference).collect();
        let mut boxes = Vec::new();
        for annotation in after.iter().filter_map(Object::as_reference) {
            if !known.contains(&annotation) && self.may_look() {
                boxes.extend(self.widget(revision, annotation)?);
            }
        }
        if boxes.is_empty() {
            return Ok(findings);
        }
        let place = |widget: &Widget| {
            let place = Place::object(widget.id.number, widget.id.generation);
            place.in_revision(to_u32(revision + 1))
        };
        let mut over: Vec<ObjectId> = Vec::new();
        for annotation in &before {
            if !self.may_look() {
                break;
            }
            let annotation = self.objects.resolve(revision - 1, Some(annotation))?;
            let Some(annotation) = annotation.as_dictionary() else {
                continue;
            };
            let Some(old) = self.seen(revision - 1, annotation)? else {
                continue;
            };
            for widget in &boxes {
                if shared(&widget.rect, &old) > TOLERANCE && !over.contains(&widget.id) {
                    over.push(widget.id);
                    let finding = Finding::new(&rules::OVERLAP).with(&widget.name);
                    findings.push(finding.at(place(widget)));
                }
            }
        }
        let text = self.text(revision - 1, id)?;
        let mut number = None;
        for widget in &boxes {
            if let Some(rule) = self.over_text(&widget.rect, &text) {
                let number = number.get_or_insert_with(|| self.page_number(revision - 1, id));
                let finding = Finding::new(rule).with(&widget.name).with(&*number);
                findings.push(finding.at(place(widget)));
            }
        }
        Ok(findings)
    }

    /// What is to be said of a box over a page's text.
    fn over_text(&mut self, rect: &Rect, text: &PageText) -> Option<&'static Rule> {
        let stretches = text.stretches.iter().take(self.comparisons);
        let count = stretches.len();
        self.comparisons -= count;
        if stretches.clone().any(|stretch| stretch.is_covered_by(rect)) {
            return Some(&rules::COVERS_TEXT);
        }
        let is_whole = text.is_whole && count == text.stretches.len();
        (!is_whole).then_some(&rules::NOT_LOOKED_AT)
    }

    fn may_look(&mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        self.left > 0
    }

    /// The list of annotations that a page has.
    fn annotations(&self, revision: usize, page: ObjectId) -> Result<Vec<Object>, Doubt> {
        let page = self.objects.at(revision, page)?;
        let list = page.as_dictionary().and_then(|page| page.get("Annots"));
        let list = self.objects.resolve(revision, list)?;
        Ok(list.as_array().unwrap_or_default().to_vec())
    }

    /// A box of a field that nobody saw who signed first, and that shows something.
    fn widget(&self, revision: usize, id: ObjectId) -> Result<Option<Widget>, Doubt> {
        let document = self.objects.document;
        let known = document.entry_at(self.first, id.number);
        if !matches!(known, None | Some(Entry::Free { .. })) {
            return Ok(None);
        }
        let object = self.objects.at(revision, id)?;
        let Some(widget) = object.as_dictionary() else {
            return Ok(None);
        };
        let is_widget = widget
            .get("Subtype")
            .is_some_and(|kind| kind.is_name("Widget"));
        let Some(rect) = self.seen(revision, widget)?.filter(|_| is_widget) else {
            return Ok(None);
        };
        if shared(&rect, &rect) <= TOLERANCE {
            return Ok(None);
        }
        // A field may come empty, and be drawn when it is signed.
        let newest = document.revisions().len().saturating_sub(1);
        let signed = self.objects.at(newest, id)?;
        let signed = signed.as_dictionary().unwrap_or(widget);
        if !self.is_drawn(revision, widget)? && !self.is_drawn(newest, signed)? {
            return Ok(None);
        }
        let name = self.name(revision, id, widget)?;
        Ok(Some(Widget { id, rect, name }))
    }

    /// The name of a widget's field.
    fn name(&self, revision: usize, id: ObjectId, widget: &Dictionary) -> Result<String, Doubt> {
        let parent = widget.get("Parent").and_then(Object::as_reference);
        let is_its = |p: &&Placed| p.field == id || Some(p.field) == parent;
        if let Some(placed) = self.placed.iter().find(is_its) {
            return Ok(placed.name.clone());
        }
        let name = self.objects.resolve(revision, widget.get("T"))?;
        let name = name
            .as_string()
            .map(|name| text_string::decode(&name.bytes));
        Ok(name.unwrap_or_else(|| format!("{id:?}")))
    }

    /// The box of an annotation that can be seen.
    fn seen(&self, revision: usize, annotation: &Dictionary) -> Result<Option<Rect>, Doubt> {
        let flags = self.objects.resolve(revision, annotation.get("F"))?;
        if flags.as_integer().is_some_and(|flags| flags & UNSEEN != 0) {
            return Ok(None);
        }
        let rect = self.objects.resolve(revision, annotation.get("Rect"))?;
        let mut numbers = Vec::new();
        for number in rect.as_array().unwrap_or_default().iter().take(4) {
            let number = self.objects.resolve(revision, Some(number))?;
            numbers.extend(number.as_number());
        }
        Ok(match *numbers.as_slice() {
            [x0, y0, x1, y1] => Some(Rect::from_corners(x0, y0, x1, y1)),
            _ => None,
        })
    }

    /// Whether an annotation has an appearance with contents: of several, whether one has.
    fn is_drawn(&self, revision: usize, annotation: &Dictionary) -> Result<bool, Doubt> {
        let looks = self.objects.resolve(revision, annotation.get("AP"))?;
        let normal = looks.as_dictionary().and_then(|looks| looks.get("N"));
        let normal = self.objects.resolve(revision, normal)?;
        let has_contents = |look: &Object| {
            look.as_stream()
                .is_some_and(|stream| !stream.data.is_empty())
        };
        if let Object::Dictionary(states) = &*normal {
            for (_, state) in states.iter().take(MAX_REFERENCE_STEPS) {
                if has_contents(&*self.objects.resolve(revision, Some(state))?) {
                    return Ok(true);
                }
            }
        }
        Ok(has_contents(&normal))
    }

    /// The text of a page as of a revision, read once as long as its contents are the same.
    fn text(&mut self, revision: usize, id: ObjectId) -> Result<Rc<PageText>, Doubt> {
        let object = self.objects.at(revision, id)?;
        let Some(page) = object.as_dictionary() else {
            return Ok(Rc::default());
        };
        let document = self.objects.document;
        let contents = page.get("Contents");
        let streams = match contents {
            Some(Object::Array(items)) => items.as_slice(),
            other => other.map(std::slice::from_ref).unwrap_or_default(),
        };
        let streams = streams.iter().filter_map(Object::as_reference);
        let contents: Vec<Content> = streams
            .map(|id| (id, document.entry_at(revision, id.number)))
            .collect();
        let known = self
            .texts
            .iter()
            .find(|(known, then, _)| *known == id && *then == contents);
        if let Some((_, _, text)) = known {
            return Ok(Rc::clone(text));
        }
        let places = self.places.get_or_insert_with(|| Places::new(document));
        let text = Rc::new(places.of_page(revision, page));
        self.texts.push((id, contents, Rc::clone(&text)));
        Ok(text)
    }

    /// The number of a page as a reader counts it; where the page tree does not tell, that of its object.
    fn page_number(&mut self, revision: usize, page: ObjectId) -> String {
        match self.counted(revision, page) {
            Ok(Some(before)) => (before + 1).to_string(),
            _ => format!("{page:?}"),
        }
    }

    /// How many pages stand before one.
    fn counted(&mut self, revision: usize, page: ObjectId) -> Result<Option<i64>, Doubt> {
        let (mut node, mut before) = (page, 0_i64);
        for _ in 0..MAX_REFERENCE_STEPS {
            let object = self.objects.at(revision, node)?;
            let parent = object.as_dictionary().and_then(|node| node.get("Parent"));
            let Some(parent) = parent.and_then(Object::as_reference) else {
                return Ok((node != page).then_some(before));
            };
            let tree = self.objects.at(revision, parent)?;
            let kids = tree.as_dictionary().and_then(|tree| tree.get("Kids"));
            let kids = self.objects.resolve(revision, kids)?;
            let kids = kids.as_array().unwrap_or_default();
            let own = Object::Reference(node);
            let Some(at) = kids.iter().position(|kid| *kid == own) else {
                return Ok(None);
            };
            for kid in kids.iter().take(at) {
                if !self.may_look() {
                    return Ok(None);
                }
                let kid = self.objects.resolve(revision, Some(kid))?;
                let count = kid.as_dictionary().and_then(|kid| kid.get("Count"));
                let pages = count.and_then(Object::as_integer).unwrap_or(1);
                before = before.saturating_add(pages);
            }
            node = parent;
        }
        Ok(None)
    }
}

/// Square points that two boxes share.
fn shared(one: &Rect, other: &Rect) -> f64 {
    let width = one.right.min(other.right) - one.left.max(other.left);
    let height = one.top.min(other.top) - one.bottom.max(other.bottom);
    width.max(0.0) * height.max(0.0)
}
