//! A document as a list of revisions, read lazily.

mod numbers;
mod read;

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use super::{
    budget::Budgets,
    encryption::{Access, Cipher, Closed, Password},
    header::{self, Header},
    notes::Notes,
    object::{Dictionary, Object, ObjectId, Stream},
    object_stream::Cache,
    repair::{self, Scan},
    revisions::{self, History},
    xref::Loader,
};
use crate::{
    error::{Error, ErrorKind, Result},
    progress::Watch,
    report::Finding,
    source::Source,
    text::rules,
};

pub(crate) use super::revision::{Entry, Revision, XrefForm};

/// An open document. Cheap to share; objects are parsed when asked for.
#[derive(Debug)]
pub(crate) struct Document {
    source: Arc<dyn Source>,
    header: Header,
    shift: u64,
    revisions: Arc<Vec<Revision>>,
    rebuilt: bool,
    access: Arc<Access>,
    notes: Mutex<Notes>,
    budgets: Budgets,
    /// Where the object streams stand that were charged to the budget.
    charged: Mutex<HashSet<u64>>,
    cache: Mutex<Cache>,
    /// Every object found in the file, for entries that lead astray.
    scan: OnceLock<Scan>,
    watch: Watch,
    /// Which revisions name a number, where there are many.
    history: Arc<OnceLock<History>>,
    /// Made by [`Document::aside`].
    is_aside: bool,
}

impl Document {
    /// Opens without a password.
    #[cfg(test)]
    pub(crate) fn open(source: Arc<dyn Source>) -> Result<Self> {
        Self::open_with(source, None, &Watch::default())
    }

    /// Reads the cross-reference chain, repairing it where it must; repairs are findings. `password` is that of an
    /// encrypted document, the user's or the owner's; `watch` is told how far a long search is.
    ///
    /// # Errors
    /// `Unreadable` when nothing can be read as PDF, `Limit`, `Io`; `Cancelled`, which may also come out of whatever
    /// reads objects later. That the document stays closed is none: see [`Document::locked`].
    pub(crate) fn open_with(
        source: Arc<dyn Source>,
        password: Option<&Password>,
        watch: &Watch,
    ) -> Result<Self> {
        let mut notes = Notes::default();
        let header = header::read(&*source, &mut notes)?;
        let budgets = Budgets::new(source.len());
        let mut loader = Loader::new(&*source, &mut notes, &budgets);
        let chain = loader.chain(header.offset)?;
        let shift = loader.shift;
        let chain = match chain {
            Ok(sections) => Ok(revisions::from_sections(
                &*source, sections, &header, shift, &mut notes,
            )?),
            Err(broken) => Err(broken),
        };
        let (revisions, broken) = match chain {
            Ok(revisions) => (revisions, None),
            Err(broken) => (Vec::new(), Some(broken)),
        };
        let mut document = Self {
            source,
            header,
            shift,
            revisions: Arc::new(revisions),
            rebuilt: false,
            access: Arc::new(Access::Plain),
            notes: Mutex::new(notes),
            budgets,
            charged: Mutex::default(),
            cache: Mutex::default(),
            scan: OnceLock::new(),
            watch: watch.clone(),
            history: Arc::default(),
            is_aside: false,
        };
        document.unlock(password)?;
        match broken {
            Some(broken) => document.rebuild(broken, password)?,
            None if !document.has_catalog()? => {
                document.rebuild(Finding::new(&rules::pdf::NO_ROOT), password)?;
            }
            None => {}
        }
        if document.is_encrypted() {
            document.note(Finding::new(&rules::pdf::IS_ENCRYPTED));
        }
        match &*document.access {
            Access::Open(cipher) if cipher.permissions().are_tampered() => {
                document.note(Finding::new(&rules::pdf::PERMISSIONS_CHANGED));
            }
            Access::Closed(_) => document.note(Finding::new(&rules::pdf::CLOSED)),
            _ => {}
        }
        Ok(document)
    }

    /// A second reader of the same revisions, for what decides nothing: what it meets is no finding of this one, it
    /// uses up a budget of its own, of so many bytes, and nothing that it reads is kept for this one.
    pub(crate) fn aside(&self, bytes: u64) -> Self {
        let cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        Self {
            source: Arc::clone(&self.source),
            header: self.header.clone(),
            shift: self.shift,
            revisions: Arc::clone(&self.revisions),
            rebuilt: self.rebuilt,
            access: Arc::clone(&self.access),
            notes: Mutex::default(),
            budgets: Budgets::aside(bytes),
            charged: Mutex::default(),
            cache: Mutex::new(cache.clone()),
            scan: OnceLock::new(),
            watch: self.watch.clone(),
            history: Arc::clone(&self.history),
            is_aside: true,
        }
    }

    /// Where the bytes come from.
    pub(crate) fn source(&self) -> &Arc<dyn Source> {
        &self.source
    }

    /// Everything that is not as ISO 32000 wants it, in the order in which it was met. Grows while objects are read.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        self.lock_notes().findings().to_vec()
    }

    /// Whether the cross-reference data had to be rebuilt or the file can be read in more than one way.
    /// May become true while objects are read.
    pub(crate) fn repaired(&self) -> bool {
        self.rebuilt || self.lock_notes().is_ambiguous()
    }

    /// Whether there is no cross-reference data that works: a further revision has to name every object.
    pub(crate) fn is_rebuilt(&self) -> bool {
        self.rebuilt
    }

    /// Oldest first. Never empty.
    pub(crate) fn revisions(&self) -> &[Revision] {
        &self.revisions
    }

    /// The trailer dictionary that counts: the newest one.
    pub(crate) fn trailer(&self) -> &Dictionary {
        static NONE: OnceLock<Dictionary> = OnceLock::new();
        match self.revisions.last() {
            Some(newest) => &newest.trailer,
            None => NONE.get_or_init(Dictionary::default),
        }
    }

    /// How many bytes stand before the header. Some readers count offsets from there, some do not read the file at all.
    pub(crate) fn header_offset(&self) -> u64 {
        self.header.offset
    }

    /// The version in the header, `(1, 7)` for `%PDF-1.7`.
    pub(crate) fn header_version(&self) -> Option<(u8, u8)> {
        self.header.version
    }

    /// Whether the file starts with a linearization dictionary (ISO 32000-1 annex F).
    pub(crate) fn is_linearized(&self) -> bool {
        self.header.linearized
    }

    /// What has to be added to the offsets that the file states: bytes of junk before the header.
    /// [`Entry`] offsets have it in them already.
    pub(crate) fn shift(&self) -> u64 {
        self.shift
    }

    /// Whether the trailer has /Encrypt.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.revisions.iter().any(|revision| {
            revision
                .trailer
                .get("Encrypt")
                .is_some_and(|value| *value != Object::Null)
        })
    }

    /// Why what is encrypted cannot be read; `None` where it can.
    pub(crate) fn locked(&self) -> Option<Error> {
        let Access::Closed(why) = &*self.access else {
            return None;
        };
        Some(match why {
            Closed::PasswordRequired => {
                Error::new(ErrorKind::Pin, &rules::key::PASSWORD_REQUIRED).with("PDF")
            }
            Closed::PasswordWrong => {
                Error::new(ErrorKind::Pin, &rules::key::PASSWORD_WRONG).with("PDF")
            }
            Closed::Handler(handler) => {
                Error::new(ErrorKind::Unsupported, &rules::pdf::SECURITY_HANDLER).with(handler)
            }
            Closed::Dictionary(what) => {
                Error::new(ErrorKind::Unsupported, &rules::pdf::ENCRYPTION).with(what)
            }
        })
    }

    /// What encrypts and decrypts, where the document is encrypted and open.
    pub(crate) fn cipher(&self) -> Option<&Cipher> {
        match &*self.access {
            Access::Open(cipher) => Some(cipher),
            Access::Plain | Access::Closed(_) => None,
        }
    }

    /// The object as of the newest revision; `Null` for one that is free, absent or of another generation.
    ///
    /// # Errors
    /// `Limit`, `Io`; `Unsupported` in an encrypted object stream. What cannot be parsed is null and a finding.
    pub(crate) fn object(&self, id: ObjectId) -> Result<Object> {
        self.fetch(self.newest(), id, 0)
    }

    /// The object as of a revision (index into `revisions`).
    ///
    /// # Errors
    /// As [`Document::object`].
    pub(crate) fn object_at(&self, revision: usize, id: ObjectId) -> Result<Object> {
        self.fetch(revision, id, 0)
    }

    /// The entry in force as of a revision.
    pub(crate) fn entry_at(&self, revision: usize, number: u32) -> Option<Entry> {
        if self.revisions.len() > History::WORTHWHILE {
            let history = self.history.get_or_init(|| History::new(&self.revisions));
            let named = history.last(number, revision)?;
            return self.revisions.get(named)?.entry(number);
        }
        let known = self.revisions.get(..=revision).unwrap_or(&self.revisions);
        known
            .iter()
            .rev()
            .find_map(|revision| revision.entry(number))
    }

    /// Follows references until something else stands there (at most 32 steps).
    ///
    /// # Errors
    /// As [`Document::object`].
    pub(crate) fn resolve(&self, object: &Object) -> Result<Object> {
        self.resolve_at(self.newest(), object)
    }

    /// The same as of a revision.
    ///
    /// # Errors
    /// As [`Document::object`].
    pub(crate) fn resolve_at(&self, revision: usize, object: &Object) -> Result<Object> {
        self.follow(revision, object, 0)
    }

    /// The stream's data with its filters undone, within the document's budget.
    ///
    /// # Errors
    /// `Limit`, `Io`; `Unsupported` for image filters and encrypted data.
    pub(crate) fn stream_data(&self, stream: &Stream) -> Result<Vec<u8>> {
        self.stream_data_at(self.newest(), stream)
    }

    /// The same as of a revision.
    ///
    /// # Errors
    /// As [`Document::stream_data`].
    pub(crate) fn stream_data_at(&self, revision: usize, stream: &Stream) -> Result<Vec<u8>> {
        self.decode(revision, stream, &self.budgets.inflated, 0)
    }

    /// The catalog as of a revision.
    ///
    /// # Errors
    /// `Unreadable` when it has none; as [`Document::object`].
    pub(crate) fn catalog_at(&self, revision: usize) -> Result<Dictionary> {
        let known = self.revisions.get(..=revision).unwrap_or(&self.revisions);
        let root = known
            .iter()
            .rev()
            .find_map(|revision| revision.trailer.get("Root"));
        match self.resolve_at(revision, root.unwrap_or(&Object::Null))? {
            Object::Dictionary(catalog) => Ok(catalog),
            _ => Err(Error::new(ErrorKind::Unreadable, &rules::pdf::NOT_PDF).with("/Root")),
        }
    }

    /// Adds a finding that does not make the document ambiguous.
    pub(crate) fn note(&self, finding: Finding) {
        self.lock_notes().note(finding);
    }

    /// Opens an encrypted document. The newest trailer decides, as for other readers.
    fn unlock(&mut self, password: Option<&Password>) -> Result<()> {
        if !self.is_encrypted() {
            self.access = Arc::new(Access::Plain);
            return Ok(());
        }
        // Until it is open, what is encrypted is out of reach and strings read as they stand.
        self.access = Arc::new(Access::Closed(Closed::Dictionary("/Encrypt".to_owned())));
        let trailer = self.trailer();
        let encrypt = trailer.get("Encrypt").unwrap_or(&Object::Null);
        let resolve = |object: &Object| self.resolve(object);
        let access = Access::new(encrypt, trailer.get("ID"), password, resolve);
        match access {
            Ok(access) => self.access = Arc::new(access),
            Err(error) if error.kind() == ErrorKind::Unsupported => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// The newest revision, while the document is being opened.
    fn newest_mut(&mut self) -> Option<&mut Revision> {
        Arc::get_mut(&mut self.revisions)?.last_mut()
    }

    fn newest(&self) -> usize {
        self.revisions.len().saturating_sub(1)
    }

    fn lock_notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a finding that does.
    pub(crate) fn ambiguous(&self, finding: Finding) {
        self.lock_notes().ambiguous(finding);
    }

    /// Whether the newest trailer leads to a catalog. One that is encrypted away counts.
    fn has_catalog(&self) -> Result<bool> {
        match self.catalog_at(self.newest()) {
            Ok(catalog) => {
                for key in catalog.duplicates() {
                    let key = String::from_utf8_lossy(&key.0);
                    self.ambiguous(Finding::new(&rules::pdf::DUPLICATE_KEY).with(key));
                }
                Ok(catalog.get("Pages").is_some())
            }
            Err(error) => match error.kind() {
                ErrorKind::Unreadable => Ok(false),
                ErrorKind::Unsupported if self.is_encrypted() => Ok(true),
                _ => Err(error),
            },
        }
    }

    /// Replaces the cross-reference data by what a scan of the file finds.
    fn rebuild(&mut self, cause: Finding, password: Option<&Password>) -> Result<()> {
        let scan = repair::scan(&*self.source, &self.budgets, &self.watch)?;
        let count = scan.len();
        self.lock_notes().ambiguous(cause);
        self.rebuilt = true;
        self.revisions = Arc::new(vec![scan.revision(&*self.source)?]);
        self.unlock(password)?;
        repair::add_object_streams(self, &scan)?;
        if !self.has_catalog()?
            && let Some(root) = repair::find_catalog(self, &scan)?
            && let Some(newest) = self.newest_mut()
        {
            newest.trailer.set("Root", root);
        }
        if !self.has_catalog()? {
            return Err(Error::new(ErrorKind::Unreadable, &rules::pdf::NOT_PDF).with("/Root"));
        }
        self.note(Finding::new(&rules::pdf::REBUILT).with(count));
        // A value that is there already was found by the same scan.
        let _ = self.scan.set(scan);
        Ok(())
    }

    /// For repair: entries of object streams that the scan could not see.
    pub(super) fn add_entries(&mut self, entries: Vec<(u32, Entry)>) {
        if let Some(newest) = self.newest_mut() {
            newest.entries = entries;
        }
    }
}
