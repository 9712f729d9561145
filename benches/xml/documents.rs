//! The documents of the bench: invoice lines, three namespaces, and as many signatures as asked for.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use kyso::{Key, MemorySource, Options, load_context, sign_xml};

use crate::measure::Outcome;

/// A key of RSA-2048, as most signers have, made by OpenSSL.
pub(crate) struct Signer {
    pub(crate) key: Key,
    certificate: PathBuf,
}

impl Signer {
    pub(crate) fn make(folder: &Path) -> Outcome<Self> {
        let (key, certificate) = (folder.join("signer.key"), folder.join("signer.pem"));
        let made = Command::new("openssl")
            .args([
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650",
            ])
            .args(["-subj", "/C=VN/CN=Bench", "-keyout"])
            .arg(&key)
            .arg("-out")
            .arg(&certificate)
            .output()?;
        if !made.status.success() {
            return Err(String::from_utf8_lossy(&made.stderr).into_owned().into());
        }
        let key = Key::from_pem(&fs::read(&key)?, &fs::read(&certificate)?, None, None)?;
        Ok(Self { key, certificate })
    }

    pub(crate) fn certificate(&self) -> &Path {
        &self.certificate
    }

    /// Settings that trust it.
    pub(crate) fn trust(&self) -> Outcome<Options> {
        trusting(&self.certificate)
    }
}

pub(crate) fn trusting(certificate: &Path) -> Outcome<Options> {
    let path = serde_json::Value::from(certificate.display().to_string());
    let settings = format!(r#"{{"trust":[{path}],"revocation":"ignore"}}"#);
    Ok(Options::from_json(&settings)?)
}

/// A signed document.
pub(crate) struct Made {
    pub(crate) name: String,
    pub(crate) octets: Vec<u8>,
    pub(crate) signatures: usize,
}

pub(crate) fn size_name(size: usize) -> String {
    match size {
        size if size >= 1_000_000 => format!("{}M", size / 1_000_000),
        size => format!("{}K", size / 1_000),
    }
}

/// One signature: enveloped, over everything. Several: all over the same element, by its id.
pub(crate) fn signed(signer: &Signer, size: usize, count: usize, c14n: &str) -> Outcome<Made> {
    let reference = if count == 1 { "" } else { "#doc1" };
    let settings = format!(r#"{{"c14n":"{c14n}","level":"none","reference":["{reference}"]}}"#);
    let context = load_context(Options::from_json(&settings)?)?;
    let mut octets = lines(size);
    for _ in 0..count {
        let source = Arc::new(MemorySource::new(octets));
        let signed = sign_xml(&context, source, &signer.key)?;
        octets = Vec::new();
        signed.write_to(&mut octets)?;
    }
    Ok(Made {
        name: format!("{}_{count} {c14n}", size_name(size)),
        octets,
        signatures: count,
    })
}

/// About so many octets of lines.
pub(crate) fn lines(size: usize) -> Vec<u8> {
    let mut text = String::with_capacity(size + 1_000);
    text.push_str(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<b:Bao xmlns:b=\"urn:kyso:bao\" xmlns:h=\"urn:kyso:hang\" xmlns=\"urn:kyso:chung\"><Thung Id=\"doc1\">\n",
    );
    for number in 0.. {
        if text.len() >= size {
            break;
        }
        text.push_str(&line(number));
    }
    text.push_str("</Thung></b:Bao>\n");
    text.into_bytes()
}

fn line(number: usize) -> String {
    format!(
        "<h:HHDVu STT=\"{number}\" loai='1'><h:Ten>Hàng hóa &amp; dịch vụ số {number}</h:Ten><DVTinh>Cái</DVTinh><SLuong>{}</SLuong><h:DGia b:tien=\"VND\">{}</h:DGia><TSuat>10%</TSuat></h:HHDVu>\n",
        number % 17,
        number * 1_000
    )
}

/// An e-invoice of about so many octets.
pub(crate) fn invoice(number: usize, size: usize) -> Vec<u8> {
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><HDon><DLHDon Id=\"_{number}\"><TTChung><PBan>2.1.0</PBan><THDon>Hoá đơn giá trị gia tăng</THDon><SHDon>{number}</SHDon></TTChung><NDHDon><DSHHDVu>"
    );
    for number in 1.. {
        if text.len() + 250 >= size {
            break;
        }
        text.push_str(&format!(
            "<HHDVu><TChat>1</TChat><STT>{number}</STT><THHDVu>Hàng hóa dịch vụ {number}</THHDVu><DVTinh>Cái</DVTinh><SLuong>10</SLuong><DGia>1000000</DGia><ThTien>10000000</ThTien><TSuat>10%</TSuat></HHDVu>"
        ));
    }
    text.push_str("</DSHHDVu></NDHDon></DLHDon><DSCKS><NBan /><NMua /></DSCKS></HDon>");
    text.into_bytes()
}
