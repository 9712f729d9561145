//! `kyso demo`: everything once, with keys that are worth nothing.

mod document;
mod images;
mod pki;
mod tamper;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;
use kyso::{
    Assets, Context, FileVerdict, Key, Lang, Material, MaterialFile, MemorySource, Options, Report,
    Source, Time, Verdict, replace_bytes, sign_six, verify,
};

use self::{pki::DemoPki, tamper::tampered};
use crate::{
    args::report::LangArg,
    failure::{Exit, Failure, Voice},
    output::print,
};

/// The password of the demo's keys. Everybody knows it.
const PASSWORD: &str = "kyso-demo";

const NUMBER: &str = "12/QĐ-UBND";

/// Viet Nam's clock is seven hours ahead of UTC all year.
const VIET_NAM_MINUTES: i32 = 7 * 60;

#[derive(Args, Debug)]
pub(crate) struct DemoArgs {
    /// Folder for the files / Thư mục kết quả
    #[arg(long, value_name = "DIR", default_value = "kyso-demo")]
    out: PathBuf,
    /// Language of messages / Ngôn ngữ thông báo
    #[arg(long, value_enum, default_value = "vi")]
    lang: LangArg,
}

impl DemoArgs {
    /// How errors are told.
    pub(crate) fn voice(&self) -> Voice {
        Voice {
            lang: self.lang.into(),
            json: false,
        }
    }
}

/// Makes keys and a document, signs, checks, changes a letter, checks again.
pub(crate) fn run(args: &DemoArgs) -> Result<Exit, Failure> {
    let folder = Folder::open(&args.out)?;
    let lang = Lang::from(args.lang);
    let mut options = Options::default();
    options.lang = lang;
    options.number = Some(NUMBER.to_owned());

    let now = Context::new(options.clone(), Material::default())?.now();
    let pki = DemoPki::create(now, PASSWORD).map_err(|cause| Failure::new("demo").with(cause))?;
    folder.write("root.pem", pki.root_pem.as_bytes())?;
    folder.write("issuing.pem", pki.issuing_pem.as_bytes())?;
    folder.write("root.crl", &pki.root_crl)?;
    folder.write("issuing.crl", &pki.issuing_crl)?;
    folder.write("person.p12", &pki.person_p12)?;
    folder.write("organisation.p12", &pki.organisation_p12)?;
    folder.write("tsa.p12", &pki.tsa_p12)?;

    let (year, month, day, ..) = now.civil(VIET_NAM_MINUTES);
    let input = document::decision(NUMBER, (year, month, day));
    folder.write("input.pdf", &input)?;

    let made = |picture: Result<Vec<u8>, String>| {
        picture.map_err(|cause| Failure::new("demo").with(cause))
    };
    let (signature, seal) = (made(images::person())?, made(images::seal())?);
    folder.write("images/person.png", &signature)?;
    folder.write("images/seal.png", &seal)?;
    let assets = Assets::new().person(&signature)?.seal(&seal)?;

    let context = Context::new(options, trust(&pki))?.with_assets(assets);
    let person = Key::from_pkcs12(&pki.person_p12, PASSWORD)?;
    let organisation = Key::from_pkcs12(&pki.organisation_p12, PASSWORD)?;
    let base: Arc<dyn Source> = Arc::new(MemorySource::new(input.clone()));
    let mut six = Vec::new();
    sign_six(&context, base, &person, &organisation)?.write_to(&mut six)?;
    folder.write("six.pdf", &six)?;
    let changed =
        tampered(&six, input.len()).ok_or_else(|| Failure::new("demo").with("no text found"))?;
    folder.write("tampered.pdf", &changed)?;

    let report = check(&context, six, "six.pdf");
    let caught = check(&context, changed, "tampered.pdf");
    folder.write("report.json", (report.to_json(lang) + "\n").as_bytes())?;
    folder.write("report.html", report.to_html(lang).as_bytes())?;
    print(&story(&folder.0, &report, &caught, now, lang), Exit::Done)?;
    let all_passed = report.verdict == FileVerdict::Passed && passed(&report) == 6;
    if all_passed && caught.verdict == FileVerdict::Failed {
        Ok(Exit::Done)
    } else {
        Ok(Exit::Failed)
    }
}

/// The demo's root is the anchor; both CRLs are at hand.
fn trust(pki: &DemoPki) -> Material {
    let mut material = Material::default();
    material
        .anchors
        .push(MaterialFile::new("root.pem", pki.root_pem.as_bytes()));
    material
        .crls
        .push(MaterialFile::new("root.crl", pki.root_crl.as_slice()));
    material
        .crls
        .push(MaterialFile::new("issuing.crl", pki.issuing_crl.as_slice()));
    material
}

fn check(context: &Context, bytes: Vec<u8>, name: &str) -> Report {
    verify(context, Arc::new(MemorySource::new(bytes)), Some(name))
}

fn passed(report: &Report) -> usize {
    report
        .signatures
        .iter()
        .filter(|signature| signature.verdict == Verdict::Passed)
        .count()
}

/// What happened, in plain words.
fn story(folder: &Path, report: &Report, caught: &Report, now: Time, lang: Lang) -> String {
    let (made, found) = (
        summary(&report.to_text(lang)),
        summary(&caught.to_text(lang)),
    );
    let (count, folder) = (passed(report), folder.display());
    let check_it = format!(
        "kyso verify --trust {folder}/root.pem --crl {folder}/root.crl --crl {folder}/issuing.crl {folder}/six.pdf"
    );
    match lang {
        Lang::Vi => format!(
            "Bản trình diễn kyso, {now}. Khóa và chứng thư chỉ để thử, không có giá trị.\n\n\
             1. Đã tạo văn bản {folder}/input.pdf và ký sáu chữ ký vào {folder}/six.pdf.\n\n\
             2. Kiểm tra {folder}/six.pdf: {count} trên 6 chữ ký đạt.\n{made}\n\
             3. Đã sửa một ký tự trong bản sao {folder}/tampered.pdf. Kiểm tra bản sao đó:\n{found}\n\
             Các tệp nằm trong thư mục {folder}; báo cáo: report.html, report.json; mật khẩu của khóa: {PASSWORD}\n\
             Tự kiểm tra: {check_it}\n"
        ),
        Lang::En => format!(
            "The kyso demo, {now}. Keys and certificates are for trying out only.\n\n\
             1. Made a document, {folder}/input.pdf, and put six signatures on it: {folder}/six.pdf.\n\n\
             2. Checked {folder}/six.pdf: {count} of 6 signatures passed.\n{made}\n\
             3. Changed one letter in a copy, {folder}/tampered.pdf. Checked that copy:\n{found}\n\
             All files lie in {folder}; the report: report.html, report.json; password of the keys: {PASSWORD}\n\
             Check it yourself: {check_it}\n"
        ),
    }
}

/// The headlines of a report: one line for the file, one for each signature.
fn summary(report: &str) -> String {
    let headline = |line: &&str| !line.starts_with("   ");
    report
        .lines()
        .filter(headline)
        .map(|line| format!("   {line}\n"))
        .collect()
}

/// The folder that the demo may write to.
struct Folder(PathBuf);

impl Folder {
    /// Makes the folder. One that holds such files, but not those of an earlier demo, is left alone.
    fn open(path: &Path) -> Result<Self, Failure> {
        let ours = path.join("tampered.pdf").exists();
        for name in [
            "root.pem",
            "person.p12",
            "organisation.p12",
            "input.pdf",
            "six.pdf",
        ] {
            if !ours && path.join(name).exists() {
                return Err(Failure::new("output-exists").with(path.join(name).display()));
            }
        }
        let images = path.join("images");
        fs::create_dir_all(&images)
            .map_err(|cause| Failure::new("io-write").with(images.display()).with(cause))?;
        Ok(Self(path.to_owned()))
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        Ok(replace_bytes(self.0.join(name), true, bytes)?)
    }
}
