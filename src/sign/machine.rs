//! Signing as steps without I/O to keys: [`Signing::next`] gives what is to be signed, [`Signing::complete`]
//! takes the signature. The file is digested once, however many signatures it gets.
//!
//! Everything of a revision but the digits in its gap is final before it is digested. `main` has taken all
//! bytes up to the gap; a fork of it takes what follows the gap and gives the digest; then `main` goes on
//! through the gap, now filled.

use std::sync::Arc;

use super::{
    confirm::{self, Expected},
    metadata, permit,
    signed::{Appended, Signed, for_each_block},
};
use crate::{
    cms::Builder,
    context::Context,
    crypto::{DigestAlgorithm, DigestState, SignatureAlgorithm},
    error::{Error, ErrorKind, Result},
    geometry::Rect,
    options::SubFilter,
    pdf::{
        Dictionary, Document, Name, Object, ObjectId,
        appearance::{self, Align},
        field::{Lock, LockAction},
        font::{SERIF, Subset},
        form::{self, NewField},
        incremental::{Editor, Gap},
        text_string,
    },
    report::Finding,
    text::rules,
    x509::Certificate,
};

/// Minutes east of UTC of Viet Nam's time.
pub(super) const VIET_NAM: i32 = 7 * 60;

/// Whose signature it is, and how it is made.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    pub(super) certificate: Arc<Certificate>,
    /// Issuers to embed.
    pub(super) chain: Vec<Arc<Certificate>>,
    pub(super) algorithm: SignatureAlgorithm,
    /// Most bytes that a signature can have.
    pub(super) signature_len: usize,
}

/// All signatures of one call, in their order.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) signatures: Vec<Planned>,
    /// Whether nobody has signed the document yet.
    pub(super) is_unsigned: bool,
    pub(super) findings: Vec<Finding>,
}

/// One signature that will be made.
#[derive(Debug)]
pub(super) struct Planned {
    /// Index of the identity.
    pub(super) key: usize,
    pub(super) field_name: String,
    pub(super) field: Field,
    /// What its box shows. Nothing without a box.
    pub(super) text: String,
    pub(super) align: Align,
    /// Degrees by which the page of the box is turned.
    pub(super) rotation: u16,
    pub(super) lock: Option<Lock>,
    /// DocMDP permission of a certification signature.
    pub(super) certify: Option<u8>,
}

/// Where a signature goes.
#[derive(Debug)]
pub(super) enum Field {
    /// Into a field that is there and empty.
    Existing {
        id: ObjectId,
        widget: Option<ObjectId>,
        rect: Option<Rect>,
    },
    /// Into one that the first revision makes.
    New(NewField),
}

/// What happens next.
#[derive(Debug)]
pub(super) enum Step {
    /// This is to be signed.
    Sign(Prepared),
    /// All signatures are made.
    Done,
}

/// What a key has to sign.
#[derive(Debug)]
pub(super) struct Prepared {
    /// Index of the identity.
    pub(super) key: usize,
    pub(super) algorithm: SignatureAlgorithm,
    /// The DER of the signed attributes.
    pub(super) to_sign: Vec<u8>,
}

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
    font: Option<(Subset, ObjectId)>,
    /// The digests of everything up to `digested` bytes behind the base, one for each algorithm that a key uses.
    main: Vec<(DigestAlgorithm, Box<dyn DigestState>)>,
    digested: usize,
    waiting: Option<Waiting>,
    made: Vec<Expected>,
}

impl<'a> Signing<'a> {
    pub(super) fn new(
        context: &'a Context,
        document: Arc<Document>,
        identities: Vec<Identity>,
        plan: Plan,
    ) -> Result<Self> {
        Ok(Self {
            context,
            editor: Editor::new(document)?,
            identities,
            plan,
            fields: Vec::new(),
            font: None,
            main: Vec::new(),
            digested: 0,
            waiting: None,
            made: Vec::new(),
        })
    }

    /// Appends the next revision and says what is to be signed.
    pub(super) fn next(&mut self) -> Result<Step> {
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
            self.make_font()?;
        }
        let builder = self.builder(&identity);
        let gap = self.append(index, builder.size(identity.signature_len))?;

        let digest = self.digest_around(&gap, identity.algorithm.digest())?;
        let attributes = builder.signed_attributes(&digest);
        let to_sign = attributes.clone();
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

    /// Takes the signature over what the last step gave out.
    pub(super) fn complete(&mut self, signature: &[u8]) -> Result<()> {
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
        if self.made.len() < self.plan.signatures.len() {
            let end = self.editor.appended().len();
            self.digest_to(end)?;
        }
        Ok(())
    }

    /// Checks what was made as somebody else would, and gives it out.
    pub(super) fn finish(self) -> Result<Signed> {
        if self.waiting.is_some() || self.made.len() != self.plan.signatures.len() {
            return Err(out_of_order());
        }
        let document = self.editor.base().clone();
        permit::document(self.context, &document)?;
        let source = Appended::new(document.source().clone(), self.editor.into_appended());
        confirm::all(self.context, &document, &source, &self.made)?;
        Ok(Signed::new(source, self.plan.findings))
    }

    /// Metadata that others cannot recognise, in the first revision of a document that nobody signed.
    fn mend_metadata(&mut self) -> Result<()> {
        if self.plan.is_unsigned
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
        let mut made = if new.is_empty() {
            Vec::new()
        } else {
            form::add_fields(&mut self.editor, &new)?
        }
        .into_iter();
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
        Ok(())
    }

    /// One font for all appearances, in the first revision.
    fn make_font(&mut self) -> Result<()> {
        let shown = self
            .plan
            .signatures
            .iter()
            .filter(|planned| visible(planned).is_some());
        let characters: String = shown.map(|planned| planned.text.as_str()).collect();
        if characters.is_empty() {
            return Ok(());
        }
        let subset = Subset::new(SERIF, characters.chars())
            .ok_or_else(|| Error::new(ErrorKind::Unsupported, &rules::sign::FONT))?;
        let editor = &mut self.editor;
        let id = subset.embed(&mut |object| editor.add(object));
        self.font = Some((subset, id));
        Ok(())
    }

    /// The revision of one signature: its field with value and appearance, and the signature dictionary.
    fn append(&mut self, index: usize, size: usize) -> Result<Gap> {
        let planned = self.plan.signatures.get(index).ok_or_else(out_of_order)?;
        let &(field, widget) = self.fields.get(index).ok_or_else(out_of_order)?;
        let appearance = match (visible(planned), &self.font) {
            (Some(rect), Some((subset, font))) => {
                let form = appearance::line(
                    subset,
                    *font,
                    &planned.text,
                    &rect,
                    planned.rotation,
                    planned.align,
                );
                Some(self.editor.add(form))
            }
            _ => None,
        };
        let dictionary = self.signature_dictionary(planned)?;
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
        self.editor.append_signed(
            signature,
            &dictionary,
            size.saturating_add(reserve),
            &fingerprint,
        )
    }

    /// The signature dictionary (ISO 32000-1 table 252), without /ByteRange and /Contents.
    fn signature_dictionary(&self, planned: &Planned) -> Result<Dictionary> {
        let options = self.context.options();
        let mut dictionary = Dictionary::default();
        dictionary.set("Type", Object::name("Sig"));
        dictionary.set("Filter", Object::name("Adobe.PPKLite"));
        dictionary.set(
            "SubFilter",
            Object::name(match options.subfilter {
                SubFilter::EtsiCadesDetached => "ETSI.CAdES.detached",
                SubFilter::AdbePkcs7Detached => "adbe.pkcs7.detached",
            }),
        );
        dictionary.set(
            "M",
            Object::string(text_string::format_date(self.context.now(), VIET_NAM)),
        );
        for (key, text) in [("Reason", &options.reason), ("Location", &options.location)] {
            if let Some(text) = text {
                dictionary.set(key, Object::string(text_string::encode(text)));
            }
        }
        let mut references = Vec::new();
        if let Some(permission) = planned.certify {
            let mut parameters = transform_parameters();
            parameters.set("P", i64::from(permission));
            references.push(reference("DocMDP", parameters).into());
        }
        if let Some(lock) = &planned.lock {
            let mut parameters = transform_parameters();
            write_lock(&mut parameters, lock);
            let mut reference = reference("FieldMDP", parameters);
            // Required with FieldMDP (table 253).
            reference.set("Data", form::catalog(&self.editor)?.0);
            references.push(reference.into());
        }
        if !references.is_empty() {
            dictionary.set("Reference", references);
        }
        Ok(dictionary)
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

    /// The digest of everything but the gap.
    fn digest_around(
        &mut self,
        gap: &Gap,
        algorithm: DigestAlgorithm,
    ) -> Result<crate::crypto::Digest> {
        if self.main.is_empty() {
            self.digest_base()?;
        }
        let base = self.editor.base().source().len();
        let inside =
            |offset: u64| usize::try_from(offset.saturating_sub(base)).map_err(|_| out_of_order());
        self.digest_to(inside(gap.range.start)?)?;
        let main = self
            .main
            .iter()
            .find(|(of, _)| *of == algorithm)
            .ok_or_else(out_of_order)?;
        let mut fork = main.1.fork();
        let tail = self.editor.appended().get(inside(gap.range.end)?..);
        fork.update(tail.ok_or_else(out_of_order)?);
        Ok(fork.finish())
    }

    /// The one pass over the file.
    fn digest_base(&mut self) -> Result<()> {
        for identity in &self.identities {
            let algorithm = identity.algorithm.digest();
            if self.main.iter().all(|(of, _)| *of != algorithm) {
                let state = self.context.provider().digest(algorithm);
                let missing = || {
                    Error::new(ErrorKind::Unsupported, &rules::key::DIGEST_UNSUPPORTED)
                        .with(algorithm.name())
                };
                self.main.push((algorithm, state.ok_or_else(missing)?));
            }
        }
        let main = &mut self.main;
        for_each_block(&**self.editor.base().source(), &mut |block| {
            main.iter_mut().for_each(|(_, state)| state.update(block));
            Ok(())
        })
    }

    /// The appended bytes up to `end`.
    fn digest_to(&mut self, end: usize) -> Result<()> {
        let bytes = self
            .editor
            .appended()
            .get(self.digested..end)
            .ok_or_else(out_of_order)?;
        self.main
            .iter_mut()
            .for_each(|(_, state)| state.update(bytes));
        self.digested = end;
        Ok(())
    }
}

/// The box, if the signature shows anything.
fn visible(planned: &Planned) -> Option<Rect> {
    let rect = match &planned.field {
        Field::Existing { rect, widget, .. } => rect.filter(|_| widget.is_some()),
        Field::New(field) => Some(field.rect),
    };
    rect.filter(|rect| rect.width() > 0.0 && rect.height() > 0.0 && !planned.text.is_empty())
}

fn transform_parameters() -> Dictionary {
    let mut parameters = Dictionary::default();
    parameters.set("Type", Object::name("TransformParams"));
    parameters.set("V", Object::name("1.2"));
    parameters
}

/// A signature reference dictionary (table 253).
fn reference(method: &str, parameters: Dictionary) -> Dictionary {
    let mut reference = Dictionary::default();
    reference.set("Type", Object::name("SigRef"));
    reference.set("TransformMethod", Object::name(method));
    reference.set("TransformParams", parameters);
    reference
}

/// /Action and /Fields, as /Lock and FieldMDP both have them (tables 233 and 256).
pub(super) fn write_lock(dictionary: &mut Dictionary, lock: &Lock) {
    let (action, names) = match &lock.action {
        LockAction::All => ("All", None),
        LockAction::Include(names) => ("Include", Some(names)),
        LockAction::Exclude(names) => ("Exclude", Some(names)),
    };
    dictionary.set("Action", Object::Name(Name::from(action)));
    if let Some(names) = names {
        let names = names
            .iter()
            .map(|name| Object::string(text_string::encode(name)));
        dictionary.set("Fields", names.collect::<Vec<_>>());
    }
}

#[cold]
fn out_of_order() -> Error {
    Error::new(ErrorKind::Argument, &rules::sign::STEP)
}
