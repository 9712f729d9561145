//! C programs that use the library: compiled by two compilers with every warning an error, run, and run under valgrind.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

use super::header::{declared, root};

const WARNINGS: [&str; 4] = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"];

/// Where the tests work: the demo's files, a library under its SONAME, programs.
struct Bench {
    folder: PathBuf,
}

impl Bench {
    fn get() -> &'static Self {
        static BENCH: OnceLock<Bench> = OnceLock::new();
        BENCH.get_or_init(|| {
            let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("abi");
            let _ = fs::remove_dir_all(&folder);
            fs::create_dir_all(&folder).unwrap();
            symlink(library(), folder.join("libkyso.so")).unwrap();
            symlink(library(), folder.join(soname())).unwrap();
            let demo = folder.join("demo");
            succeeds(
                Command::new(env!("CARGO_BIN_EXE_kyso"))
                    .args(["demo", "--out"])
                    .arg(&demo),
            );
            Self { folder }
        })
    }

    fn demo(&self, name: &str) -> PathBuf {
        self.folder.join("demo").join(name)
    }

    /// Compiles a program and gives its path.
    fn compiled(&self, compiler: &str, source: &str) -> PathBuf {
        let name = Path::new(source).file_stem().unwrap().to_str().unwrap();
        let program = self.folder.join(format!("{compiler}-{name}"));
        succeeds(
            Command::new(compiler)
                .arg("-std=c11")
                .args(WARNINGS)
                .args(["-g", "-O1", "-I"])
                .arg(root().join("include"))
                .arg(root().join(source))
                .arg("-L")
                .arg(&self.folder)
                .args(["-lkyso", "-lpthread", "-o"])
                .arg(&program),
        );
        program
    }

    fn run(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env("LD_LIBRARY_PATH", &self.folder)
            .env("KYSO_PIN", "kyso-demo");
        command
    }

    fn under_valgrind(&self, program: &Path) -> Command {
        let mut command = self.run(Path::new("valgrind"));
        command
            .args(["-q", "--error-exitcode=99", "--leak-check=full"])
            .args([
                "--show-leak-kinds=definite,indirect",
                "--errors-for-leak-kinds=definite,indirect",
            ])
            .arg(program);
        command
    }
}

/// The cdylib that cargo built for these tests. (The copy one folder up is that of the last `cargo build`.)
fn library() -> PathBuf {
    let folder = Path::new(env!("CARGO_BIN_EXE_kyso")).parent().unwrap();
    let library = folder.join("deps/libkyso.so");
    assert!(library.is_file(), "{} is not there", library.display());
    library
}

/// By cargo-c's rule: 0.0.z, 0.y or x.
fn soname() -> String {
    let version = env!("CARGO_PKG_VERSION");
    let parts: Vec<&str> = version.split('.').collect();
    let kept = match parts.as_slice() {
        ["0", "0", ..] => 3,
        ["0", ..] => 2,
        _ => 1,
    };
    format!("libkyso.so.{}", parts[..kept].join("."))
}

fn output(command: &mut Command) -> Output {
    command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

fn succeeds(command: &mut Command) -> String {
    let output = output(command);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{command:?}: {}\n{error}",
        output.status
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn only_kyso_names_are_exported_and_all_that_the_header_declares() {
    let symbols = succeeds(
        Command::new("nm")
            .args(["-D", "--defined-only"])
            .arg(library()),
    );
    let names = symbols
        .lines()
        .filter_map(|line| line.split_whitespace().nth(2))
        .map(str::to_owned);
    assert_eq!(names.collect::<std::collections::BTreeSet<_>>(), declared());
}

#[test]
fn the_library_has_the_soname_of_its_version() {
    let dynamic = succeeds(Command::new("readelf").arg("-d").arg(library()));
    assert!(dynamic.contains(&format!("[{}]", soname())), "{dynamic}");
}

#[test]
fn the_header_is_clean_c11_and_cpp17() {
    let folder = &Bench::get().folder;
    for (compiler, language, standard) in [
        ("gcc", "c", "-std=c11"),
        ("clang", "c", "-std=c11"),
        ("g++", "c++", "-std=c++17"),
        ("clang++", "c++", "-std=c++17"),
    ] {
        let source = folder.join(format!(
            "header-{compiler}.{}",
            if language == "c" { "c" } else { "cpp" }
        ));
        fs::write(
            &source,
            "#include <kyso.h>\nint main(void) { return KYSO_STATUS_OK; }\n",
        )
        .unwrap();
        succeeds(
            Command::new(compiler)
                .args(["-x", language, standard, "-fsyntax-only", "-I"])
                .arg(root().join("include"))
                .args(WARNINGS)
                .arg(&source),
        );
    }
}

#[test]
fn the_example_signs_xml() {
    let bench = Bench::get();
    let program = bench.compiled("gcc", "examples/c/xml.c");
    let (file, out) = (bench.folder.join("in.xml"), bench.folder.join("out.xml"));
    let invoice = "<HDon><DLHDon Id='_1'/><DSCKS><NBan/><NMua/></DSCKS></HDon>";
    fs::write(&file, invoice).unwrap();
    let sign = |mut command: Command, from: &Path, settings: &str| {
        let key = bench.demo("person.p12");
        let files = [from.to_owned(), out.clone(), key];
        output(command.args(files).arg(settings))
    };
    succeeds(
        bench
            .run(&program)
            .args([&file, &out, &bench.demo("person.p12")]),
    );
    for (settings, code) in [
        (r#"{"parent":"NMua"}"#, "output-exists"),
        (r#"{"force":true}"#, "xml-slot-signed"),
        (r#"{"force":true,"reference-folder":"/"}"#, "argument"),
    ] {
        let refused = sign(bench.run(&program), &out, settings);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(said.contains(&format!("[{code}]")), "{settings}: {said}");
    }
    let buyer = r#"{"force":true,"parent":"NMua"}"#;
    assert!(
        sign(bench.under_valgrind(&program), &out, buyer)
            .status
            .success()
    );
    let signed = fs::read_to_string(&out).unwrap();
    assert_eq!(signed.matches("<SignatureValue ").count(), 2, "{signed}");
}

/// Of the examples one signs XML, and the one that checks PDF checks it as well.
#[test]
fn the_examples_check_xml() {
    let bench = Bench::get();
    let sign = bench.compiled("clang", "examples/c/xml.c");
    let verify = bench.compiled("clang", "examples/c/verify.c");
    let signed = |name: &str, text: &str| {
        let (file, out) = (bench.folder.join("plain.xml"), bench.folder.join(name));
        fs::write(&file, text).unwrap();
        succeeds(
            bench
                .run(&sign)
                .args([&file, &out, &bench.demo("person.p12")]),
        );
        fs::read_to_string(&out).unwrap()
    };
    let trust = [
        bench.demo("root.pem"),
        bench.demo("root.crl"),
        bench.demo("issuing.crl"),
    ];
    let judged = |mut command: Command, text: &str| {
        let file = bench.folder.join("judged.xml");
        fs::write(&file, text).unwrap();
        output(command.arg(file).args(&trust))
    };
    let letter = signed("letter.xml", "<thu><tien>100</tien></thu>");
    let passed = judged(bench.under_valgrind(&verify), &letter);
    assert_eq!(passed.status.code(), Some(0), "{passed:?}");
    let said = String::from_utf8(passed.stdout).unwrap();
    assert!(said.contains("\"without\":[\"/thu/Signature\"]"), "{said}");
    // Sellers send no chain, and nobody gave the authority.
    let empty = "<HDon><DLHDon Id='_1'/><DSCKS><NBan/></DSCKS></HDon>";
    let invoice = signed("invoice.xml", empty);
    let changed = letter.replace("100", "900");
    let wrapped = invoice.replace("<DSCKS>", "<DLHDon>1</DLHDon><DSCKS>");
    for (text, code) in [
        (changed.as_str(), 1),
        (wrapped.as_str(), 1),
        (invoice.as_str(), 2),
        (empty, 3),
        ("<HDon>", 4),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", 4),
    ] {
        let answer = judged(bench.run(&verify), text);
        assert_eq!(answer.status.code(), Some(code), "{text}: {answer:?}");
    }
}

#[test]
fn the_examples_sign_and_check() {
    let bench = Bench::get();
    for compiler in ["gcc", "clang"] {
        let verify = bench.compiled(compiler, "examples/c/verify.c");
        let six = bench.compiled(compiler, "examples/c/six.c");
        let trust = [
            bench.demo("root.pem"),
            bench.demo("root.crl"),
            bench.demo("issuing.crl"),
        ];
        let verdict = |mut command: Command, file: &Path| {
            output(command.arg(file).args(&trust)).status.code()
        };
        for (file, expected) in [
            ("six.pdf", 0),
            ("tampered.pdf", 1),
            ("input.pdf", 3),
            ("root.pem", 4),
            ("nowhere.pdf", 4),
        ] {
            assert_eq!(
                verdict(bench.run(&verify), &bench.demo(file)),
                Some(expected),
                "{file}"
            );
        }
        let out = bench.demo(&format!("{compiler}.pdf"));
        let sign = |mut command: Command| {
            let files = [
                bench.demo("input.pdf"),
                out.clone(),
                bench.demo("person.p12"),
                bench.demo("organisation.p12"),
            ];
            output(command.args(files).arg("12/QĐ-UBND"))
        };
        // Valgrind once: it costs half a minute, and the compilers differ little.
        let slow = compiler == "gcc";
        let signed = sign(if slow {
            bench.under_valgrind(&six)
        } else {
            bench.run(&six)
        });
        assert!(
            signed.status.success(),
            "{}",
            String::from_utf8_lossy(&signed.stderr)
        );
        assert_eq!(
            sign(bench.run(&six)).status.code(),
            Some(1),
            "nothing is replaced unasked"
        );
        let check = if slow {
            bench.under_valgrind(&verify)
        } else {
            bench.run(&verify)
        };
        assert_eq!(verdict(check, &out), Some(0));
    }
}

#[test]
fn python_needs_nothing_but_the_library() {
    let bench = Bench::get();
    for (file, settings, expected) in [
        ("six.pdf", "root.pem", 0),
        ("tampered.pdf", "root.pem", 1),
        ("six.pdf", "nowhere.pem", 64),
    ] {
        let mut command = Command::new("python3");
        command
            .arg(root().join("examples/python/verify.py"))
            .arg(bench.folder.join("libkyso.so"))
            .args([file, settings, "root.crl", "issuing.crl"].map(|name| bench.demo(name)));
        let ended = output(&mut command);
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(expected), "{file}: {said}");
    }
}

#[test]
fn eight_threads_share_a_context() {
    let bench = Bench::get();
    let threads = bench.compiled("clang", "tests/abi/threads.c");
    assert_eq!(
        succeeds(bench.run(&threads).arg(bench.demo(""))),
        "all right\n"
    );
}

#[test]
fn every_failure_frees_what_it_took() {
    let bench = Bench::get();
    let threads = bench.compiled("gcc", "tests/abi/threads.c");
    let copy = bench.folder.join("demo-valgrind");
    succeeds(
        Command::new(env!("CARGO_BIN_EXE_kyso"))
            .args(["demo", "--out"])
            .arg(&copy),
    );
    assert_eq!(
        succeeds(bench.under_valgrind(&threads).arg(&copy)),
        "all right\n"
    );
}

#[cfg(feature = "pkcs11")]
#[test]
fn keys_on_tokens_and_a_fork() {
    use super::softhsm::{Hsm, module};
    let bench = Bench::get();
    let hsm = Hsm::new();
    hsm.token("C", "kyso-demo");
    for (name, id) in [("person", "01"), ("organisation", "02")] {
        let p12 = bench.demo(&format!("{name}.p12"));
        hsm.import(("C", "kyso-demo"), &p12, (name, id), None);
    }
    let uri = |object: &str| format!("pkcs11:{}?token=C&object={object}", module());
    let (person, organisation) = (uri("person"), uri("organisation"));
    let program = bench.compiled("gcc", "tests/abi/fork.c");
    let mut command = bench.run(&program);
    command
        .args([&person, &organisation])
        .envs(hsm.environment());
    command.arg(bench.demo("input.pdf")).arg(hsm.file(""));
    assert_eq!(succeeds(&mut command), "all right\n");
    assert!(hsm.file("child.pdf").is_file() && !hsm.file("none.pdf").exists());

    let six = bench.compiled("clang", "examples/c/six.c");
    let mut command = bench.run(&six);
    command.args([bench.demo("input.pdf"), hsm.file("six.pdf")]);
    command
        .args([&person, &organisation])
        .arg("12/QĐ-UBND")
        .envs(hsm.environment());
    succeeds(&mut command);
}

#[test]
fn a_callback_is_told_and_can_cancel_anywhere() {
    let bench = Bench::get();
    let progress = bench.compiled("gcc", "tests/abi/progress.c");
    let copy = bench.folder.join("demo-progress");
    succeeds(
        Command::new(env!("CARGO_BIN_EXE_kyso"))
            .args(["demo", "--out"])
            .arg(&copy),
    );
    assert_eq!(succeeds(bench.run(&progress).arg(&copy)), "all right\n");
}
