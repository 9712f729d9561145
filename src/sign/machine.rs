//! The steps of signing PDF. The file is digested once, however many signatures it gets.
//!
//! Everything of a revision but the digits in its gap is final before it is digested. The running digest has taken
//! all bytes up to the gap; a fork of it takes what follows the gap and gives the digest; then the running one goes
//! on through the gap, now filled.

use std::sync::Arc;

use super::{
    confirm::{self, Expected},
    dictionary,
    looks::Looks,
    metadata, permit,
    planned::{Field, Identity, Plan},
    running::Running,
    signed::{Appended, Signed},
    steps::{Prepared, Step, Steps, out_of_order},
};
use crate::{
    cms::Builder,
    context::Context,
    crypto::DigestAlgorithm,
    error::Result,
    options::SubFilter,
    pdf::{
        Document, ObjectId, appearance,
        form::{self, NewField},
        incremental::{Editor, Gap, Means},
        structure::{self, NewWidget, Tagging},
    },
    progress::{Stage, Watch},
    report::Finding,
    text::rules,
};

/// Minutes east of UTC of Viet Nam's time.
pub(super) const VIET_NAM: i32 = 7 * 60;

/// A revision that waits for its signature.
struct Waiting {
    builder: Builder,
    attributes: Vec<u8>,
    gap: Gap,
}

/// The state between steps.
pub(super) struct Signing<'a> {
    context: &'a Context,
    editor: Editor,
    identities: Vec<Identity>,
    plan: Plan,
    /// Ids of field and widget, in the order of the plan; known from the first revision on.
    fields: Vec<(ObjectId, Option<ObjectId>)>,
    looks: Looks,
    running: Option<Running>,
    waiting: Option<Waiting>,
    made: Vec<Expected>,
    watch: Watch,
}

impl Steps for Signing<'_> {
    /// Appends the next revision.
    fn next(&mut self) -> Result<Step> {
        if self.waiting.is_some() {
            return Err(out_of_order());
        }
        let index = self.made.len();
        let Some(planned) = self.plan.signatures.get(index) else {
            return Ok(Step::Done);
        };
        let key = planned.key;
        let identity = self.identities.get(key).ok_or_else(out_of_order)?.clone();
        if index == 0 {
            self.mend_metadata()?;
            self.make_fields()?;
            self.looks = Looks::embed(&mut self.editor, self.context.assets(), &mut self.plan)?;
        }
        let builder = self.builder(&identity);
        let gap = self.append(index, builder.size(identity.signature_len))?;

        let running = match &mut self.running {
            Some(running) => running,
            None => self.running.insert(Running::over_base(
                &self.editor,
                self.identities.iter().map(|one| one.algorithm.digest()),
                self.context.provider(),
                &self.watch,
            )?),
        };
        let digest = running.around(&self.editor, &gap, identity.algorithm.digest())?;
        let attributes = builder.signed_attributes(&digest);
        let to_sign = attributes.clone();
        self.tell()?;
        self.waiting = Some(Waiting {
            builder,
            attributes,
            gap,
        });
        Ok(Step::Sign(Prepared {
            key,
            algorithm: identity.algorithm,
            to_sign,
        }))
    }

    fn complete(&mut self, signature: &[u8]) -> Result<()> {
        let waiting = self.waiting.take().ok_or_else(out_of_order)?;
        let value = waiting.builder.assemble(&waiting.attributes, signature);
        self.editor.fill(&waiting.gap, &value)?;
        let planned = self
            .plan
            .signatures
            .get(self.made.len())
            .ok_or_else(out_of_order)?;
        let identity = self.identities.get(planned.key).ok_or_else(out_of_order)?;
        self.made.push(Expected {
            field: planned.field_name.clone(),
            gap: waiting.gap,
            digest: identity.algorithm.digest(),
            certificate: identity.certificate.clone(),
        });
        // The next signature covers this one's digits.
        if self.made.len() < self.plan.signatures.len()
            && let Some(running) = &mut self.running
        {
            running.take(&self.editor, self.editor.appended().len())?;
        }
        Ok(())
    }
}

impl<'a> Signing<'a> {
    pub(super) fn new(
        context: &'a Context,
        document: Arc<Document>,
        identities: Vec<Identity>,
        plan: Plan,
        watch: Watch,
    ) -> Result<Self> {
        // Of several signatures, each but the last has something behind it.
        if !plan.is_unsigned || plan.signatures.len() > 1 {
            permit::again(context, &document)?;
        }
        Ok(Self {
            context,
            editor: Editor::new(document)?,
            identities,
            plan,
            fields: Vec::new(),
            looks: Looks::default(),
            running: None,
            waiting: None,
            made: Vec::new(),
            watch,
        })
    }

    /// Checks what was made as somebody else would, and gives it out.
    pub(super) fn finish(self) -> Result<Signed> {
        if self.waiting.is_some() || self.made.len() != self.plan.signatures.len() {
            return Err(out_of_order());
        }
        self.tell()?;
        let document = self.editor.base().clone();
        permit::document(self.context, &document)?;
        let source = Appended::new(document.source().clone(), self.editor.into_appended());
        let running = self.running.ok_or_else(out_of_order)?;
        let (made, begun) = (&self.made, running.begun(document.source().len()));
        confirm::all(self.context, &document, &source, made, begun, &self.watch)?;
        Ok(Signed::new(source, self.plan.findings, self.watch))
    }

    /// Tells how many signatures are made: before each use of a key, and behind the last.
    fn tell(&self) -> Result<()> {
        let (done, all) = (self.made.len(), self.plan.signatures.len());
        self.watch.tell(Stage::Signing, done as u64, all as u64)
    }

    /// Metadata that others cannot recognise, in the first revision of a document that nobody signed.
    fn mend_metadata(&mut self) -> Result<()> {
        if self.plan.is_unsigned
            && permit::may_change(self.editor.base())
            && let Some((id, stream)) = metadata::mended(&self.editor)?
        {
            self.editor.set(id, stream);
            self.plan
                .findings
                .push(Finding::new(&rules::sign::METADATA).at(permit::place(id)));
        }
        Ok(())
    }

    /// The fields of all signatures, in the first revision: later ones only fill theirs.
    fn make_fields(&mut self) -> Result<()> {
        let planned = &self.plan.signatures;
        let new: Vec<NewField> = planned
            .iter()
            .filter_map(|planned| match &planned.field {
                Field::New(field) => Some(field.clone()),
                Field::Existing { .. } => None,
            })
            .collect();
        let made = if new.is_empty() {
            Vec::new()
        } else {
            form::add_fields(&mut self.editor, &new)?
        };
        let tagging = self.tag(&new, &made)?;
        let planned = &self.plan.signatures;
        let mut made = made.into_iter();
        for planned in planned {
            let ids = match planned.field {
                Field::Existing { id, widget, .. } => (id, widget),
                Field::New(_) => {
                    let id = made.next().ok_or_else(out_of_order)?;
                    (id, Some(id))
                }
            };
            self.fields.push(ids);
        }
        self.plan.findings.extend(tagging);
        Ok(())
    }

    /// The place of new boxes in the structure of a tagged document.
    fn tag(&mut self, new: &[NewField], made: &[ObjectId]) -> Result<Option<Finding>> {
        if made.is_empty() {
            return Ok(None);
        }
        if !self.plan.is_unsigned {
            // The structure that others signed must stay as it is.
            return Ok(structure::is_tagged(&self.editor)?
                .then(|| Finding::new(&rules::sign::STRUCTURE_SIGNED)));
        }
        let widget = |(field, &id): (&NewField, &ObjectId)| NewWidget {
            id,
            page: field.page,
            name: field.name.clone(),
        };
        let widgets: Vec<NewWidget> = new.iter().zip(made).map(widget).collect();
        Ok(match structure::add_widgets(&mut self.editor, &widgets)? {
            Tagging::Broken => Some(Finding::new(&rules::sign::STRUCTURE_BROKEN)),
            Tagging::Done | Tagging::NotTagged => None,
        })
    }

    /// The revision of one signature: its field with value and appearance, and the signature dictionary.
    fn append(&mut self, index: usize, size: usize) -> Result<Gap> {
        let planned = self.plan.signatures.get(index).ok_or_else(out_of_order)?;
        let &(field, widget) = self.fields.get(index).ok_or_else(out_of_order)?;
        let is_new = matches!(planned.field, Field::New(_));
        let appearance = self
            .looks
            .form(planned)
            .or_else(|| (self.plan.rendition.pdf_a1 && is_new).then(appearance::empty))
            .map(|form| self.editor.add(form));
        let dictionary = dictionary::signature(self.context, &self.editor, planned)?;
        let signature = self.editor.reserve();
        form::fill(&mut self.editor, field, widget, signature, appearance)?;
        if planned.certify.is_some() {
            form::certify(&mut self.editor, signature)?;
        }
        let provider = self.context.provider();
        let fingerprint = |first: &[u8], revision: &[u8]| {
            let digest = provider.digest_of(DigestAlgorithm::Sha256, &[first, revision].concat());
            // /ID parts have 16 bytes by custom.
            digest.map_or_else(Vec::new, |digest| {
                digest.as_bytes().iter().copied().take(16).collect()
            })
        };
        let reserve = usize::try_from(self.context.options().reserve).unwrap_or_default();
        let means = Means {
            fingerprint: &fingerprint,
            random: &|bytes| provider.random(bytes),
        };
        self.editor
            .append_signed(signature, &dictionary, size.saturating_add(reserve), &means)
    }

    fn builder(&self, identity: &Identity) -> Builder {
        let cades = self.context.options().subfilter == SubFilter::EtsiCadesDetached;
        let algorithm = identity.algorithm;
        Builder::new(
            &identity.certificate,
            &identity.chain,
            algorithm.digest(),
            algorithm,
        )
        .cades(cades)
        .signing_time((!cades).then(|| self.context.now()))
    }
}
