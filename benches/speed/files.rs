//! Documents and keys that the bench makes for itself.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use kyso::{
    Assets, Context, Key, MemorySource, Options, RevocationMode, load_context, sign_pdf, sign_six,
};

use crate::{measure::Outcome, pictures};

const PASSWORD: &str = "kyso-demo";

/// The throw-away PKI of `kyso demo`.
pub(crate) struct Demo(PathBuf);

impl Demo {
    pub(crate) fn make(folder: &Path) -> Outcome<Self> {
        let demo = folder.join("demo");
        let made = Command::new(env!("CARGO_BIN_EXE_kyso"))
            .args(["demo", "--out"])
            .arg(&demo)
            .output()?;
        if !made.status.success() {
            return Err(format!("kyso demo: {}", String::from_utf8_lossy(&made.stderr)).into());
        }
        Ok(Self(demo))
    }

    /// One that was made before.
    pub(crate) fn at(folder: &str) -> Self {
        Self(PathBuf::from(folder))
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Trusts the demo's root, with its CRLs.
    pub(crate) fn trust(&self) -> Outcome<Context> {
        let file = |name: &str| vec![self.file(name).to_string_lossy().into_owned()];
        let mut options = Options::default();
        options.trust = file("root.pem");
        options.crl = [file("root.crl"), file("issuing.crl")].concat();
        Ok(load_context(options)?)
    }

    pub(crate) fn pkcs12(&self, name: &str) -> Outcome<Vec<u8>> {
        Ok(fs::read(self.file(name))?)
    }

    pub(crate) fn key(&self, name: &str) -> Outcome<Key> {
        Ok(Key::from_pkcs12(&self.pkcs12(name)?, PASSWORD)?)
    }

    /// Private key and certificates, as DER.
    pub(crate) fn parts(&self, name: &str) -> Outcome<(Vec<u8>, Vec<Vec<u8>>)> {
        let store = p12_keystore::KeyStore::from_pkcs12(&self.pkcs12(name)?, PASSWORD)
            .map_err(|e| e.to_string())?;
        let (_, chain) = store.private_key_chain().ok_or("no key")?;
        let certificates = chain.chain().iter().map(|c| c.as_der().to_vec());
        Ok((chain.key().to_vec(), certificates.collect()))
    }
}

/// Trusts one root, and asks for no revocation: for files whose CRLs nobody has.
pub(crate) fn trust_only(root: &Path) -> Outcome<Context> {
    let mut options = Options::default();
    options.trust = vec![root.to_string_lossy().into_owned()];
    options.revocation = RevocationMode::Ignore;
    Ok(load_context(options)?)
}

/// Pictures of signature and seal, prepared.
pub(crate) fn assets() -> Outcome<Assets> {
    Ok(Assets::new()
        .person(&pictures::person()?)?
        .seal(&pictures::seal()?)?)
}

/// The settings of a document with six visible signatures.
pub(crate) fn signing_context() -> Outcome<Context> {
    let mut options = Options::default();
    options.number = Some("12/QĐ-UBND".into());
    Ok(load_context(options)?.with_assets(assets()?))
}

/// Six visible ones in one call.
pub(crate) fn six(base: Vec<u8>, person: &Key, organisation: &Key) -> Outcome<Vec<u8>> {
    let source = Arc::new(MemorySource::new(base));
    let mut bytes = Vec::new();
    sign_six(&signing_context()?, source, person, organisation)?.write_to(&mut bytes)?;
    Ok(bytes)
}

/// Invisible ones, each in a call of its own, by both keys in turn.
pub(crate) fn invisible(mut file: Vec<u8>, count: usize, keys: [&Key; 2]) -> Outcome<Vec<u8>> {
    let context = signing_context()?;
    for key in keys.into_iter().cycle().take(count) {
        let signed = sign_pdf(&context, Arc::new(MemorySource::new(file)), key)?;
        file = Vec::new();
        signed.write_to(&mut file)?;
    }
    Ok(file)
}

/// A PDF of so many pages, each with its text: a report out of an office.
pub(crate) fn pages(count: usize) -> Vec<u8> {
    let kids: String = (0..count)
        .map(|page| format!("{} 0 R ", 3 + 2 * page))
        .collect();
    let tree = format!("<</Type/Pages/Kids[{kids}]/Count {count}>>");
    let objects = (0..count).flat_map(|page| {
        let contents = 4 + 2 * page;
        let leaf = format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>/Contents {contents} 0 R>>"
        );
        let text: Vec<u8> = noise(1_100).collect();
        let text = String::from_utf8_lossy(&text);
        let stream = format!("BT 72 720 Td({text})Tj ET");
        let stream = format!("<</Length {}>>\nstream\n{stream}\nendstream", stream.len());
        [leaf.into_bytes(), stream.into_bytes()]
    });
    document(tree.as_bytes(), objects)
}

/// A PDF of about `bytes`, most of it in one stream that does not compress: what scans and images look like.
pub(crate) fn scan(bytes: usize) -> Vec<u8> {
    let mut stream = format!("<</Length {bytes}>>\nstream\n").into_bytes();
    stream.extend(noise(bytes));
    stream.extend_from_slice(b"\nendstream");
    let page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>/PieceInfo<</Noise 4 0 R>>>>";
    document(ONE_PAGE, [page.to_vec(), stream].into_iter())
}

/// A PDF of so many small objects that refer to each other, as tagged documents are.
pub(crate) fn tagged(objects: usize) -> Vec<u8> {
    let page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>/PieceInfo<</First 4 0 R>>>>";
    let elements = (4..objects + 4).map(|number| {
        let next = if number < objects + 3 { number + 1 } else { 4 };
        let text: Vec<u8> = noise(60).collect();
        let text = String::from_utf8_lossy(&text);
        format!("<</Type/StructElem/S/Span/P 1 0 R/K {number}/Next {next} 0 R/ActualText({text})>>")
            .into_bytes()
    });
    document(ONE_PAGE, std::iter::once(page.to_vec()).chain(elements))
}

fn noise(bytes: usize) -> impl Iterator<Item = u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    (0..bytes).map(move |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        b'a' + (state % 26) as u8
    })
}

const ONE_PAGE: &[u8] = b"<</Type/Pages/Kids[3 0 R]/Count 1>>";

/// A page tree, and objects from 3 on.
fn document(tree: &[u8], objects: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut pdf = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut offsets = Vec::new();
    let mut object = |body: &[u8]| {
        offsets.push(pdf.len());
        pdf.extend_from_slice(format!("{} 0 obj\n", offsets.len()).as_bytes());
        pdf.extend_from_slice(body);
        pdf.extend_from_slice(b"\nendobj\n");
    };
    object(b"<</Type/Catalog/Pages 2 0 R>>");
    object(tree);
    objects.for_each(|body| object(&body));
    let (xref, size) = (pdf.len(), offsets.len() + 1);
    pdf.extend_from_slice(format!("xref\n0 {size}\n0000000000 65535 f \n").as_bytes());
    for offset in &offsets {
        pdf.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    let trailer = format!("trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{xref}\n%%EOF\n");
    pdf.extend_from_slice(trailer.as_bytes());
    pdf
}
