//! Every budget for work that a document can drive, each with the source of its number.
//!
//! Reaching one is an error of kind `Limit` or an `undetermined` verdict, never a pass.

/// Nesting of arrays and dictionaries in one object. Real files stay below 30; `qpdf` stops at 500.
pub(crate) const MAX_OBJECT_NESTING: usize = 256;

/// Bytes of one object outside its stream data. The longest seen in the corpora is 2 MB (a page tree array).
pub(crate) const MAX_OBJECT_BYTES: u64 = 32 << 20;

/// Bytes that all inflated cross-reference and object streams of a document may have together.
/// A 100 MB document with a million objects has 24 MB of cross-reference data.
pub(crate) const MAX_INFLATED_BYTES: u64 = 96 << 20;

/// Objects in a document: the limit of ISO 32000-1 annex C.2 (8,388,607).
pub(crate) const MAX_OBJECTS: u32 = 8_388_607;

/// Cross-reference sections on a /Prev chain. Twenty signatures with validation data make about 45.
pub(crate) const MAX_XREF_SECTIONS: usize = 4_096;

/// Signatures that are examined in one document; the rest is reported as not examined.
/// The most seen in one real file is 51 (a DSS test file).
pub(crate) const MAX_SIGNATURES: usize = 1_024;

/// Bytes fed to the cloned digest states beyond twice the file: `2 * size + this`. See `crypto::sweep`.
pub(crate) const SWEEP_SLACK_BYTES: u64 = 64 << 20;

/// Bytes of one CMS value in /Contents, decoded. B-LTA signatures with large CRLs inside reach 3 MB.
pub(crate) const MAX_CMS_BYTES: usize = 16 << 20;

/// Nesting of BER constructed values. CMS with time-stamps inside stays below 30.
pub(crate) const MAX_BER_NESTING: usize = 64;

/// Certificates in one path, anchor included. PKITS needs 10; real chains have 2 to 4.
pub(crate) const MAX_PATH_LENGTH: usize = 16;

/// Signature checks while one path is built: the budget of rustls-webpki (`MAX_SIGNATURE_CHECKS` = 100).
pub(crate) const MAX_PATH_SIGNATURE_CHECKS: usize = 100;

/// Certificates that one signature may bring along.
pub(crate) const MAX_EMBEDDED_CERTIFICATES: usize = 256;

/// Kids, fields and annotations that are walked in one tree. `pdf-plain` has a form with 3,000.
pub(crate) const MAX_FIELDS: usize = 65_536;

/// Bytes of one key, certificate or CRL file that is read into memory.
pub(crate) const MAX_MATERIAL_BYTES: u64 = 128 << 20;

/// Values (numbers, names, keys …) in one object: 100 MB of memory. The largest array seen has 250,000.
pub(crate) const MAX_OBJECT_VALUES: usize = 1 << 20;

/// Entries in all cross-reference sections of a document together: 100 MB of memory.
/// A 100 MB document with a million objects that is saved twice in full has two million.
pub(crate) const MAX_XREF_ENTRIES: usize = 4 << 20;

/// Bytes that one stream may have once its filters are undone. Page contents stay below 20 MB.
pub(crate) const MAX_STREAM_BYTES: u64 = 64 << 20;

/// Bytes of decoded object streams that are kept for further objects. One rarely has more than 100 kB.
pub(crate) const MAX_CACHED_BYTES: usize = 8 << 20;

/// Bytes of object streams that are inflated again after they left the cache: eight times the cache's worth of
/// a full document.
pub(crate) const MAX_INFLATED_AGAIN_BYTES: u64 = 8 * MAX_INFLATED_BYTES;

/// Filters of one stream. Real ones have at most two.
pub(crate) const MAX_FILTERS: usize = 8;

/// References that lead to references: more than one in a row is never seen.
pub(crate) const MAX_REFERENCE_STEPS: usize = 32;

/// Findings that are kept for one document; the last one says that there are more.
pub(crate) const MAX_FINDINGS: usize = 256;

/// How far from the file's start `%PDF-` is looked for: Acrobat's bound (ISO 32000-1 annex H, note 13).
pub(crate) const MAX_HEADER_OFFSET: u64 = 1_024;

/// How far from the file's end the last `startxref` is looked for. Acrobat's bound is 1,024 (annex H, note 18);
/// transports that pad with NUL reach 64 KiB.
pub(crate) const MAX_TAIL_BYTES: u64 = 64 << 10;

/// The highest offset that a cross-reference table can hold: ten digits (ISO 32000-1 clause 7.5.4).
pub(crate) const MAX_TABLE_OFFSET: u64 = 9_999_999_999;

/// Bytes of a file that is signed: beyond 2^53 the readers in other languages lose digits of /ByteRange.
pub(crate) const MAX_SIGNED_BYTES: u64 = 1 << 53;

/// Values in one BER structure that is walked as a whole. A CMS with a CRL of 300,000 entries inside has 1.5 million.
pub(crate) const MAX_BER_VALUES: usize = 4 << 20;

/// Steps (certificates looked at as issuers) while one path is built. rustls-webpki allows 200,000 cheaper ones; honest paths need below 20.
pub(crate) const MAX_PATH_STEPS: usize = 2_000;

/// Signature checks of certificates and CRLs that a store remembers, about 1.5 MB; a full memo starts afresh.
pub(crate) const MAX_VERIFIED_LINKS: usize = 16_384;

/// Certificates that a context remembers parsed, about 4 KB each; a full memo starts afresh.
pub(crate) const MAX_REMEMBERED_CERTIFICATES: usize = 1_024;

/// Bytes of a certificate that is remembered. Real ones have 1 to 3 KB.
pub(crate) const MAX_REMEMBERED_CERTIFICATE_BYTES: usize = 8 << 10;

/// Names that a store remembers where to find; a full memo starts afresh. A name has about 150 bytes, rarely 1,000.
pub(crate) const MAX_REMEMBERED_NAMES: usize = 4_096;

/// Signature checks of CRLs, OCSP responses and responders while the revocation of one path is judged; a path has at most 15 links,
/// each with a few of them.
pub(crate) const MAX_REVOCATION_SIGNATURE_CHECKS: usize = 64;

/// CRLs and OCSP responses looked at while the revocation of one path is judged, counted for each distribution point.
pub(crate) const MAX_REVOCATION_STEPS: usize = 10_000;

/// Signers of revocation information whose own status is judged, one because of the other. An indirect CRL takes two.
pub(crate) const MAX_REVOCATION_DEPTH: usize = 6;

/// Distribution points of one certificate that are looked at. Real ones have one or two; one for each reason would be eight.
pub(crate) const MAX_DISTRIBUTION_POINTS: usize = 32;

/// Addresses that one evaluation asks for.
pub(crate) const MAX_WANTED: usize = 64;

/// Bytes of a file with a private key. The largest seen, a PKCS#12 with a whole trust store, has 160 KB.
pub(crate) const MAX_KEY_FILE_BYTES: usize = 4 << 20;

/// Iterations of key derivation for one key file, all its parts together: about four seconds. OpenSSL writes 2,048 for
/// each part, Java 10,000, password managers up to a million.
pub(crate) const MAX_KDF_ITERATIONS: u64 = if cfg!(fuzzing) { 10_000 } else { 10_000_000 };

/// Memory times parallelism of scrypt in a key file. OpenSSL's default takes 16 MB.
pub(crate) const MAX_SCRYPT_BYTES: u64 = if cfg!(fuzzing) { 1 << 20 } else { 512 << 20 };

/// Changes that the report lists after one signature; the rest is counted.
pub(crate) const MAX_CHANGE_FINDINGS: usize = 32;

/// Nodes of the page tree that are walked to reach a page. A flat tree of 100,000 pages is the largest seen.
pub(crate) const MAX_PAGE_NODES: usize = 1 << 20;

/// Bytes of contents, forms and fonts that are looked at to find the text of one page. Government documents have
/// below 1 MB; drawings of maps reach 10 MB.
#[cfg(feature = "near")]
pub(crate) const MAX_TEXT_BYTES: usize = 16 << 20;

/// Objects that are copied to find the text of one page. A page with 60 fonts needs 200.
#[cfg(feature = "near")]
pub(crate) const MAX_TEXT_OBJECTS: usize = 4_096;

/// Glyphs of one page that are placed. A dense newspaper page has 30,000.
#[cfg(feature = "near")]
pub(crate) const MAX_TEXT_GLYPHS: usize = 200_000;

/// Glyphs, paths and forms that are drawn to find the text of one page: forms that draw forms multiply.
#[cfg(feature = "near")]
pub(crate) const MAX_TEXT_STEPS: usize = 1_000_000;

/// Pages that are searched for a text, from the first on. Reading one takes about a millisecond.
#[cfg(feature = "near")]
pub(crate) const MAX_PAGES_BY_TEXT: usize = 256;

/// Pages that are searched for the signer's name, from the last back: appendices may follow the signature.
#[cfg(feature = "near")]
pub(crate) const MAX_PAGES_BY_NAME: usize = 32;

/// Bytes of objects that are parsed for one document, counted each time. A thousand signatures of 50 kB that
/// are read five times make 250 MB.
pub(crate) const MAX_PARSED_BYTES: u64 = 256 << 20;

/// Bytes of names, values and locks that one list of signature fields may hold.
pub(crate) const MAX_FIELD_BYTES: usize = 64 << 20;

/// Names in one lock; a longer list locks everything. `pdf-plain` has a form with 3,000 fields.
pub(crate) const MAX_LOCK_NAMES: usize = 16_384;

/// Bytes of one fully qualified field name. Acrobat's bound for a partial name is far below.
pub(crate) const MAX_FIELD_NAME_BYTES: usize = 4_096;

/// Pages and annotations that are looked at for signatures outside the form.
pub(crate) const MAX_ANNOTATIONS: usize = 65_536;

/// Objects that the analysis of changes keeps parsed: a few for each of a hundred signatures.
pub(crate) const MAX_REMEMBERED_OBJECTS: usize = 512;

/// References to changed objects that the analysis of changes follows. A signed form has a few for each field.
pub(crate) const MAX_REFERRERS: usize = 65_536;

/// Bytes of XMP metadata that is looked at before signing. Packets with their padding have 2 to 100 kB.
pub(crate) const MAX_METADATA_BYTES: usize = 1 << 20;

/// Bytes between two calls of a progress callback: about a millisecond of digesting.
pub(crate) const PROGRESS_STEP_BYTES: u64 = 1 << 20;

/// Revisions that are searched for signatures which a later save took away. More than any real file of the corpora
/// has after its last signature (5).
pub(crate) const MAX_REVISIONS_SEARCHED: usize = 64;

/// Pixels of one picture. A seal of 42 mm scanned at 1,200 dpi has 4 million.
pub(crate) const MAX_PICTURE_PIXELS: u64 = 8 << 20;

/// Bytes of one picture file: what that many pixels take at 16 bits a sample, hardly compressed, is twice that.
pub(crate) const MAX_PICTURE_BYTES: usize = 32 << 20;

/// Memory of the PNG decoder beside its output. The crate's own default.
pub(crate) const MAX_PICTURE_DECODER_BYTES: usize = 64 << 20;

/// Font subsets that assets keep prepared, about 10 kB each; a full memo starts afresh. An office needs a few.
pub(crate) const MAX_REMEMBERED_SUBSETS: usize = 64;

/// Folders that are searched for a font of the system. A desktop with many language packs has some 300.
pub(crate) const MAX_FONT_FOLDERS: usize = 4_096;

/// Refused PINs that are remembered, so that none is sent to its token again; the oldest are forgotten. A desk has a few tokens.
#[cfg(feature = "pkcs11")]
pub(crate) const MAX_REFUSED_PINS: usize = 64;

/// Objects of one kind that are looked at on a token. Cards have a dozen; a full HSM partition has thousands, and names are asked for.
#[cfg(feature = "pkcs11")]
pub(crate) const MAX_TOKEN_OBJECTS: usize = 4_096;

/// Bytes of the first line of a file with a password or PIN. PINs have at most 255, RFC 8018 knows no limit for passwords.
pub(crate) const MAX_SECRET_BYTES: usize = 4_096;

/// Comparisons of names with name constraints while one path is built: the budget of rustls-webpki (`MAX_NAME_CONSTRAINT_COMPARISONS` = 250,000).
pub(crate) const MAX_NAME_COMPARISONS: usize = 250_000;

/// Answers in one OCSP response. Responders give one; those that are made beforehand, a few hundred.
pub(crate) const MAX_OCSP_ANSWERS: usize = 4_096;

/// Certificates of one OCSP response that are looked at. Responders put one to three.
pub(crate) const MAX_OCSP_CERTIFICATES: usize = 16;

/// Names of keys or tokens that an error lists; more are told by an ellipsis.
pub(crate) const MAX_LISTED_NAMES: usize = 16;

/// Letters of such a name that are shown. Labels of tokens have at most 32 bytes, aliases rarely more letters.
pub(crate) const MAX_NAME_CHARACTERS: usize = 128;

/// Bytes of facts (`kyso.facts/1`) that are read back. 1,024 signatures with findings take a quarter of it.
pub(crate) const MAX_FACTS_BYTES: usize = 32 << 20;

/// Bytes of one attachment that is taken out of a package for a `cid:` reference. Systems that exchange edXML stop at 20 to 50 MB.
pub(crate) const MAX_ATTACHMENT_BYTES: u64 = 256 << 20;

/// Objects that are looked at, over all revisions, to find what the boxes of later signatures lie over. Forms have a few hundred.
pub(crate) const MAX_OVERLAPS_COMPARED: usize = 20_000;

/// Bytes of page contents, forms and fonts that are read, in one document, to find the text that boxes of later signatures cover; a form
/// counts as often as it is drawn. Government documents have below 100 kB a page; the largest contents of one page in the corpora have 3 MB.
pub(crate) const MAX_PLACES_BYTES: u64 = 8 << 20;

/// Stretches of text that are kept of one page for that. A page of a dictionary has 5,000 words.
pub(crate) const MAX_PLACES: usize = 20_000;

/// Forms within forms that are followed for that. Signatures have four (the form of the widget, FRM, n2, the text).
pub(crate) const MAX_FORM_NESTING: usize = 8;

/// Boxes of later signatures, by stretches of text, that are compared in one document. Six boxes on each of forty full pages make a million.
pub(crate) const MAX_PLACES_COMPARED: usize = 2_000_000;

/// Elements within elements. libxml2 stops at the same depth unless it is told otherwise (XML_MAX_DEPTH of xmllint: 256).
pub(crate) const MAX_XML_DEPTH: usize = 256;

/// Attributes of one element, declarations included. The schemas of Vietnamese invoices have at most ten; ODF has about forty.
pub(crate) const MAX_XML_ATTRIBUTES: usize = 256;

/// Namespaces in scope at one element, each declaration on the way counted. ODF roots declare about forty.
pub(crate) const MAX_XML_NAMESPACES: usize = 128;

/// Objects that `inspect` reads to find out what the changed ones are. A form of some hundred pages has fewer.
pub(crate) const MAX_INSPECTED_OBJECTS: usize = 20_000;

/// Changed objects that `inspect` lists for one revision; the others are counted.
pub(crate) const MAX_LISTED_CHANGES: usize = 1_000;

/// Bytes of an XML document that is read. It is held in memory; messages with a thousand invoices have some 10 MB.
pub(crate) const MAX_XML_BYTES: u64 = 512 << 20;

/// References of one signature, and of all its manifests. DSS has real files with 900.
pub(crate) const MAX_XML_REFERENCES: usize = 4_096;

/// Transforms of one reference. Real ones have up to three.
pub(crate) const MAX_XML_TRANSFORMS: usize = 16;

/// Manifests of one signature.
pub(crate) const MAX_XML_MANIFESTS: usize = 64;

/// Letters of a value in base64: an RSA signature of 16,384 bits has 2,732.
pub(crate) const MAX_XML_VALUE_BYTES: usize = 64 << 10;

/// Certificates, hints, CRLs … of one KeyInfo or one property.
pub(crate) const MAX_XML_KEY_INFO: usize = 64;

/// Properties of one kind that are read.
pub(crate) const MAX_XML_PROPERTIES: usize = 256;

/// Certificates whose keys are tried for one signature.
pub(crate) const MAX_XML_CANDIDATES: usize = 16;

/// Octets of canonical forms for one document: this many times its size, and [`MAX_XML_CANONICAL_BYTES`] on top. Equal forms are made
/// once, so six signatures over everything need six times its size at most.
pub(crate) const MAX_XML_CANONICAL_FACTOR: u64 = 8;

/// See [`MAX_XML_CANONICAL_FACTOR`].
pub(crate) const MAX_XML_CANONICAL_BYTES: u64 = 64 << 20;

/// Octets of one reference that have to be held in memory: filters, decoding, files beside.
pub(crate) const MAX_XML_OCTETS: usize = 64 << 20;

/// Covered elements, and elements outside, that a report lists.
pub(crate) const MAX_XML_LISTED: usize = 64;

/// Rounds of fetching for one path: what is fetched may ask for more. An indirect CRL of a cross-certified authority takes four.
pub(crate) const MAX_FETCH_ROUNDS: usize = 10;

/// Addresses that are asked for one path. A path of four certificates with two addresses each for OCSP, CRL and issuer needs 24.
pub(crate) const MAX_FETCHES: usize = 64;

/// Bytes of a CRL that is fetched: as of one that is read from a file. The largest known, of a national PKI, has 80 MB.
pub(crate) const MAX_FETCHED_CRL_BYTES: u64 = MAX_MATERIAL_BYTES;

/// Bytes of an OCSP response that is fetched. With its certificates it has 1 to 6 KB; RFC 6960 knows no limit.
pub(crate) const MAX_FETCHED_OCSP_BYTES: u64 = 1 << 20;

/// Bytes of certificates that are fetched. A certs-only PKCS#7 with all authorities of a country has below 200 KB.
pub(crate) const MAX_FETCHED_CERTIFICATES_BYTES: u64 = 2 << 20;

/// Certificates that are taken out of one fetched file. The largest bags seen have 60.
pub(crate) const MAX_FETCHED_CERTIFICATES: usize = 256;

/// Bytes of fetched evidence that a cache keeps; the longest unused is dropped. Some national CRLs at once.
pub(crate) const MAX_EVIDENCE_BYTES: u64 = 256 << 20;

/// Entries of fetched evidence that a cache keeps, failures included.
pub(crate) const MAX_EVIDENCE_ENTRIES: usize = 4_096;

/// Other paths that are tried when an authority of the first one is revoked, or its status stays open. Bridges rarely offer more than two.
pub(crate) const MAX_OTHER_PATHS: usize = 4;

/// Bytes of a URL of an OCSP request by GET: RFC 6960 appendix A.1.
pub(crate) const MAX_OCSP_GET_BYTES: usize = 255;

/// CRLs and OCSP responses that a signature or the document around it brings along. Twenty signatures with time-stamps have about 120.
pub(crate) const MAX_EMBEDDED_REVOCATION: usize = 512;

/// Seconds that all fetching of one call may take, where the settings say nothing. pyHanko gives each request 10 s, DSS 60 s and as much again;
/// there are up to four certificates with one or two addresses each.
pub(crate) const DEFAULT_DEADLINE_SECONDS: f64 = 60.0;

/// Octets of an XPath expression of a signature. The longest in the interoperability sets of XMLDSig, XPath Filter 2 and Canonical XML 1.1 have 600.
pub(crate) const MAX_XPATH_LENGTH: usize = 8 << 10;

/// Brackets within brackets in an XPath expression, and chained operators. Those sets have four.
pub(crate) const MAX_XPATH_DEPTH: usize = 64;

/// Nodes of a document that XPath looks at, attributes and namespaces included, twenty octets each: 160 MB. An invoice of 20 MB with three
/// namespaces has about five millions.
pub(crate) const MAX_XPATH_NODES: usize = 8_000_000;

/// Nodes, or eight octets of text, that all XPath expressions of one document look at, whatever its size. The expressions of the
/// interoperability sets look at less than a hundred thousand.
pub(crate) const MAX_XPATH_WORK: u64 = 5_000_000;

/// The same for each octet of the document. An element has some thirty octets, three or four nodes in XPath's sense, and
/// `not(ancestor-or-self::ds:Signature)` looks at ten for each.
pub(crate) const MAX_XPATH_WORK_FACTOR: u64 = 4;

/// Canonical octets of one XML document that all its signatures together may have written: `this * size + XML_WRITTEN_SLACK_BYTES`.
/// Exclusive canonicalisation repeats the declarations of namespaces, so few octets can become many; a signature over a signature's
/// document writes it once more.
pub(crate) const MAX_XML_WRITTEN_TIMES: u64 = 16;

/// See `MAX_XML_WRITTEN_TIMES`.
pub(crate) const XML_WRITTEN_SLACK_BYTES: u64 = 64 << 20;

/// Octets of the name of a namespace. Those of SAML, UBL and the Vietnamese formats have at most 120.
pub(crate) const MAX_XML_NAMESPACE_LENGTH: usize = 512;

/// Elements with one id that are told of. One is an answer and two are none; the places of the first few help to find the mistake. There
/// has to be a bound, as each of thousands of references may ask for an id that a million elements have.
pub(crate) const MAX_XML_ALIKE: usize = 4;
