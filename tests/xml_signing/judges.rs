//! Other people's programs, asked about signed XML.

use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// What is asked about one signature.
pub(crate) struct Case<'a> {
    pub(crate) document: &'a [u8],
    pub(crate) certificate: &'a Path,
    /// Which signature, by an XPath; the first where empty.
    pub(crate) signature: &'a str,
    /// Elements that have an id, and the attribute's name.
    pub(crate) ids: &'a [(&'a str, &'a str)],
    /// Where detached references are looked up.
    pub(crate) folder: Option<&'a Path>,
}

impl<'a> Case<'a> {
    pub(crate) fn new(document: &'a [u8], certificate: &'a Path) -> Self {
        Self {
            document,
            certificate,
            signature: "",
            ids: &[],
            folder: None,
        }
    }
}

/// What xmlsec1 says: the number of references that are right.
pub(crate) fn xmlsec1(case: &Case<'_>) -> Result<usize, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("signed.xml");
    fs::write(&file, case.document).unwrap();
    let mut command = Command::new("xmlsec1");
    command
        .args(["--verify", "--enabled-key-data", "x509", "--trusted-pem"])
        .arg(case.certificate);
    for (element, attribute) in case.ids {
        command.arg(format!("--id-attr:{attribute}")).arg(element);
    }
    if !case.signature.is_empty() {
        command.args(["--node-xpath", case.signature]);
    }
    command.current_dir(case.folder.unwrap_or(folder.path()));
    let done = command.arg(&file).output().expect("xmlsec1 runs");
    // Old versions write to standard error, new ones to standard output.
    let said = String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned();
    let references = said
        .lines()
        .find_map(|line| line.strip_prefix("SignedInfo References (ok/all): "));
    match references.and_then(|both| both.split_once('/')) {
        Some((right, all)) if done.status.success() && right == all => Ok(right.parse().unwrap()),
        _ => Err(said),
    }
}

/// A question to signxml, which looks at the first signature.
pub(crate) struct Asked<'a> {
    pub(crate) document: &'a [u8],
    pub(crate) certificate: &'a Path,
    pub(crate) references: usize,
    pub(crate) xades: bool,
}

/// What signxml says to each: `ok` or why not.
pub(crate) fn signxml(cases: &[Asked<'_>]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/xml_judge.py");
    let mut list = String::new();
    for (index, case) in cases.iter().enumerate() {
        let file = folder.path().join(format!("{index}.xml"));
        fs::write(&file, case.document).unwrap();
        list.push_str(&format!(
            "{}\t{}\t{}\t{}\t\n",
            file.display(),
            case.certificate.display(),
            case.references,
            if case.xades { "xades" } else { "dsig" },
        ));
    }
    let mut judge = Command::new(python())
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a Python with signxml runs");
    let mut input = judge.stdin.take().unwrap();
    input.write_all(list.as_bytes()).unwrap();
    drop(input);
    let done = judge.wait_with_output().unwrap();
    assert!(done.status.success(), "xml_judge.py failed");
    let said = String::from_utf8(done.stdout).unwrap();
    let answers: Vec<String> = said.lines().map(str::to_owned).collect();
    assert_eq!(answers.len(), cases.len(), "{said}");
    answers
}

/// A Python that has signxml: `KYSO_PYTHON`, else the one that `make test` installs.
pub(crate) fn python() -> PathBuf {
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/venv/bin/python");
    env::var_os("KYSO_PYTHON").map_or(installed, PathBuf::from)
}

/// What EU DSS says to each signature of a document: indication, whether it is intact, level. `None` where there is no
/// judge: `KYSO_DSS_JUDGE` names a jar that prints one JSON object a file. It comes from Maven Central and takes long to
/// build, so it is not among the tools that `make test` installs.
pub(crate) fn dss(document: &[u8], trusted: &[&Path]) -> Option<Vec<(String, bool, String)>> {
    let jar = env::var_os("KYSO_DSS_JUDGE")?;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("signed.xml");
    fs::write(&file, document).unwrap();
    let mut command = Command::new("java");
    command.arg("-jar").arg(jar);
    for certificate in trusted {
        command.arg("--trust").arg(certificate);
    }
    let done = command.arg(&file).output().expect("java runs");
    let said = String::from_utf8(done.stdout).unwrap();
    let line = said.lines().next().unwrap_or_else(|| {
        panic!("{}", String::from_utf8_lossy(&done.stderr));
    });
    let answer: serde_json::Value = serde_json::from_str(line).unwrap();
    let signatures = answer["signatures"]
        .as_array()
        .unwrap_or_else(|| panic!("{line}"));
    let one = |signature: &serde_json::Value| {
        (
            signature["indication"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            signature["intact"].as_bool().unwrap_or_default(),
            signature["signatureLevel"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        )
    };
    Some(signatures.iter().map(one).collect())
}
