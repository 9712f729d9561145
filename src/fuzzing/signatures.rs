//! XML signatures, judged and made by a provider that believes: everything behind the digests and the value is reached.

use std::sync::Arc;

use super::{
    Believer,
    documents::{choice, key, trusting},
    invariants::{look_at, look_into, signed_as_well},
};
use crate::{
    asn1::Reader,
    error::Result,
    options::{Options, RevocationMode, XmlProfile},
    sign::sign_xml,
    source::{MemorySource, References, Source},
    verify::verify,
    x509::{Certificate, Crl},
    xml::{Document, ElementId},
    xmldsig::{base64, signature::Signature, uri::DSIG},
};

/// Signatures of one document whose digests are made to fit.
const MOST: usize = 16;

/// Whatever is asked for, it is this.
struct Anything(Arc<[u8]>);

impl References for Anything {
    fn open(&self, _: &str) -> Result<Option<Arc<dyn Source>>> {
        Ok(Some(Arc::new(MemorySource::new(self.0.clone()))))
    }
}

/// Judges and inspects a signed document, and signs it once more.
pub(super) fn xmldsig(data: &[u8]) {
    let (bytes, held) = prepared(data);
    let choice = choice(data);
    let context = trusting(&held, choice);
    let options = Options {
        profile: (choice & 16 != 0).then_some(XmlProfile::Generic),
        coexist: choice & 32 != 0,
        ..context.options().clone()
    };
    let mut context = context.with_options(options);
    if choice & 64 != 0 {
        context = context.with_references(Arc::new(Anything(bytes.clone().into())));
    }
    let source: Arc<dyn Source> = Arc::new(MemorySource::new(bytes.clone()));
    let before = look_into(&context, &source, &bytes);
    let Ok(signed) = sign_xml(&context, source, &key()) else {
        return;
    };
    let mut out = Vec::new();
    signed.write_to(&mut out).expect("into memory");
    // One place was touched; an empty element may have lost the slash of its tag, in two octets at most.
    let same = |pair: &(&u8, &u8)| pair.0 == pair.1;
    let start = bytes.iter().zip(&out).take_while(same).count();
    let ends = bytes.iter().rev().zip(out.iter().rev());
    let end = ends.take_while(same).count();
    assert!(start + end + 2 >= bytes.len(), "the base changed");
    let after = verify(&context, Arc::new(MemorySource::new(out.clone())), None);
    look_at(&after, &out);
    signed_as_well(&before, &after, 1, false);
}

/// Certificates, lists and answers as properties of a sound signature: DER values, one behind the other, the signer's first.
pub(super) fn xades(data: &[u8]) {
    let mut reader = Reader::new(data);
    let (mut certificates, mut held) = (Vec::new(), Vec::new());
    let (mut lists, mut others) = (Vec::new(), Vec::new());
    while let Ok(value) = reader.next() {
        if let Some(certificate) = Certificate::parse(value.full, &Believer::Zeros) {
            certificates.push(base64::encode(value.full));
            held.push(certificate);
        } else if Crl::parse(value.full.to_vec()).is_some() {
            lists.push(base64::encode(value.full));
        } else {
            others.push(base64::encode(value.full));
        }
        if held.len() + lists.len() + others.len() > 24 {
            break;
        }
    }
    let Some((signer, certificates)) = certificates.split_first() else {
        return;
    };
    let all = |name: &str, values: &[String]| -> String {
        let each = values.iter().map(|it| format!("<x:{name}>{it}</x:{name}>"));
        each.collect()
    };
    let certificates = all("EncapsulatedX509Certificate", certificates);
    let (crls, ocsps) = (
        all("EncapsulatedCRLValue", &lists),
        all("EncapsulatedOCSPValue", &others),
    );
    let stamps = all("EncapsulatedTimeStamp", &others);
    let digest = base64::encode(&[0; 32]);
    let method = "<DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>";
    let reference = |uri: &str, inside: &str| {
        format!(
            "<Reference URI=\"{uri}\"{inside}{method}<DigestValue>{digest}</DigestValue></Reference>"
        )
    };
    let enveloped = "><Transforms><Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/></Transforms>";
    let typed = " Type=\"http://uri.etsi.org/01903#SignedProperties\">";
    let (data_reference, properties) = (reference("", enveloped), reference("#p", typed));
    let algorithm = match held.first().and_then(|it| it.public_key()) {
        Some(key) if key.key_type() == crate::crypto::KeyType::Rsa => "rsa-sha256",
        _ => "ecdsa-sha256",
    };
    let text = format!(
        "<a><Signature xmlns=\"{DSIG}\" Id=\"s\"><SignedInfo>\
         <CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>\
         <SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#{algorithm}\"/>\
         {data_reference}{properties}</SignedInfo><SignatureValue>AAAA</SignatureValue>\
         <KeyInfo><X509Data><X509Certificate>{signer}</X509Certificate></X509Data></KeyInfo>\
         <Object><x:QualifyingProperties xmlns:x=\"http://uri.etsi.org/01903/v1.3.2#\" Target=\"#s\">\
         <x:SignedProperties Id=\"p\"/><x:UnsignedProperties><x:UnsignedSignatureProperties>\
         <x:SignatureTimeStamp>{stamps}</x:SignatureTimeStamp>\
         <x:CertificateValues>{certificates}</x:CertificateValues><x:RevocationValues>\
         <x:CRLValues>{crls}</x:CRLValues><x:OCSPValues>{ocsps}</x:OCSPValues></x:RevocationValues>\
         </x:UnsignedSignatureProperties></x:UnsignedProperties></x:QualifyingProperties></Object>\
         </Signature></a>"
    );
    let context = trusting(&held, choice(data));
    let options = Options {
        revocation: RevocationMode::Require,
        ..context.options().clone()
    };
    let source: Arc<dyn Source> = Arc::new(MemorySource::new(text.as_bytes()));
    look_into(&context.with_options(options), &source, text.as_bytes());
}

/// The document with every digest of its references as [`Believer::Zeros`] makes them, and the certificates inside.
fn prepared(data: &[u8]) -> (Vec<u8>, Vec<Arc<Certificate>>) {
    let mut bytes = data.to_vec();
    let mut held = Vec::new();
    let Ok(document) = Document::read(Arc::from(data)) else {
        return (bytes, held);
    };
    let mut edits = Vec::new();
    for element in document.named(DSIG, "Signature").into_iter().take(MOST) {
        let Ok(signature) = Signature::read(&document, element) else {
            continue;
        };
        let inside = signature.manifests.iter().flat_map(|it| &it.references);
        for reference in signature.references.iter().chain(inside) {
            let Some(digest) = reference.digest.named.value() else {
                continue;
            };
            let zeros = base64::encode(&vec![0; digest.len()]);
            let value = child(&document, reference.element, "DigestValue");
            edits.extend(value.map(|it| (document.element(it).content(), zeros)));
        }
        let ders = signature.key_info.certificates.iter().take(8);
        held.extend(ders.filter_map(|der| Certificate::parse(der, &Believer::Zeros)));
    }
    // From the end on, so that places stay; nested signatures may name one twice.
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    edits.dedup_by_key(|(range, _)| range.start);
    for (range, zeros) in edits {
        // In UTF-16 the digests stay wrong.
        if bytes[range.clone()].iter().all(|byte| *byte != 0) {
            bytes.splice(range, zeros.bytes());
        }
    }
    (bytes, held)
}

fn child(document: &Document, parent: ElementId, local: &str) -> Option<ElementId> {
    let mut children = document.children(parent).into_iter();
    children.find(|child| document.element(*child).local() == local)
}
