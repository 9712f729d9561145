//! PINs: what a wrong one costs, and what happens when the token goes away. A module in front of SoftHSM counts and fails.

use std::{
    env, fs,
    process::Command,
    sync::{Arc, OnceLock},
    thread,
};

use kyso::{FileSource, Key, Options, Token, load_context, sign_pdf};

use super::{
    refused, run, sign_command, six_command,
    softhsm::{Hsm, shim, tool},
};
use crate::program::Demo;

const PIN: &str = "123456";

/// One token with both keys of the demo.
fn one() -> &'static Hsm {
    static HSM: OnceLock<Hsm> = OnceLock::new();
    HSM.get_or_init(|| {
        let (hsm, demo) = (Hsm::new(), Demo::get());
        hsm.token("A", PIN);
        hsm.import(("A", PIN), &demo.file("person.p12"), ("person", "01"), None);
        hsm.import(
            ("A", PIN),
            &demo.file("organisation.p12"),
            ("office", "02"),
            None,
        );
        hsm
    })
}

/// The same tokens with a log of their own, so that tests can run side by side.
fn copy() -> Hsm {
    let hsm = Hsm::new();
    tool(
        Command::new("cp")
            .arg("-r")
            .arg(one().file("tokens"))
            .arg(hsm.file("")),
    );
    hsm
}

fn uri(object: &str) -> String {
    format!("pkcs11:{}?token=A&object={object}", shim().display())
}

#[test]
fn a_wrong_pin_is_sent_once_and_the_tries_that_remain_are_told() {
    let hsm = copy();
    let out = hsm.file("out.pdf");
    let attempt = |pin: &str| {
        hsm.forget_calls();
        let mut command = six_command(&hsm, &uri("person"), &uri("office"), &out);
        let ran = run(command
            .env("PIN", pin)
            .env("KYSO_SHIM_TRIES", hsm.file("tries")));
        (ran, hsm.calls("C_Login").len())
    };
    for (code, says) in [
        ("pin-wrong-counted", "more than one try remains"),
        ("pin-wrong-final-try", "ONE try remains"),
        ("pin-locked", "locked"),
    ] {
        let (ran, logins) = attempt("999999");
        assert_eq!((refused(&ran), logins), (code, 1), "{}", ran.err);
        assert!(
            ran.err.contains(says) && ran.err.contains("token A"),
            "{}",
            ran.err
        );
        assert!(!ran.err.contains("999999"));
    }
    // Locked: not even the right one is tried.
    let (ran, logins) = attempt(PIN);
    assert_eq!((refused(&ran), logins), ("pin-locked", 0));
    assert!(!out.exists());

    // A token that counts nothing says so.
    let mut command = sign_command(&hsm, &uri("person"), &out, &["--pin-env", "PIN"]);
    let ran = run(command.env("PIN", "12345678"));
    assert!(refused(&ran).starts_with("pin-wrong"), "{}", ran.err);
}

#[test]
fn without_a_terminal_nobody_is_asked() {
    let hsm = copy();
    let out = hsm.file("out.pdf");
    let ran = run(&mut sign_command(&hsm, &uri("person"), &out, &[]));
    assert_eq!(refused(&ran), "pin-required");
    let source = format!("{}&pin-source=file:/nowhere", uri("person"));
    let ran = run(&mut sign_command(&hsm, &source, &out, &[]));
    assert_eq!(refused(&ran), "io-read");
    let source = format!("{}&pin-env=KYSO_NOT_SET", uri("person"));
    let ran = run(&mut sign_command(&hsm, &source, &out, &[]));
    assert_eq!(refused(&ran), "pin-source");
    let ran = run(sign_command(&hsm, &uri("person"), &out, &["--pin-env", "PIN"]).env("PIN", "12"));
    assert_eq!(refused(&ran), "pin-wrong-counted", "{}", ran.err);
    assert!(hsm.calls("C_Login").len() <= 1);
}

#[test]
fn what_goes_wrong_while_signing_is_told_by_name() {
    let hsm = copy();
    let out = hsm.file("out.pdf");
    for (plan, gone, code) in [
        ("C_Sign 3 0x32", true, "token-removed"),
        ("C_SignInit 3 0xE0", true, "token-removed"),
        ("C_Sign 3 0xB3", false, "token-session-lost"),
        ("C_Sign 2 0xB3", true, "token-removed"),
        ("C_SignInit 1 0x101", false, "token-session-lost"),
        ("C_Sign 6 0x30", false, "token-failed"),
        ("C_Sign 1 0x80000042", false, "token-failed"),
        ("C_SignInit 1 0x70", false, "token-mechanism"),
        ("C_Login 1 0x50", false, "pin-cancelled"),
        ("C_Login 1 0xA3", false, "pin-expired"),
        ("C_Login 1 0xA4", false, "pin-locked"),
        ("C_Login 1 0x102", false, "pin-not-set"),
        ("C_OpenSession 1 0x30", false, "token-failed"),
    ] {
        let mut command = six_command(&hsm, &uri("person"), &uri("office"), &out);
        command.env("KYSO_SHIM_FAIL", plan);
        if gone {
            command.env("KYSO_SHIM_GONE", "1");
        }
        let ran = run(&mut command);
        assert_eq!(refused(&ran), code, "{plan}: {}", ran.err);
        assert!(ran.err.contains('A'), "{}", ran.err);
        assert!(!out.exists(), "{plan}: nothing half signed is left");
    }
    let mut command = six_command(&hsm, &uri("person"), &uri("office"), &out);
    command.env("KYSO_SHIM_FAIL", "C_Sign 1 0x80000042");
    let ran = run(&mut command);
    assert!(
        ran.err.contains("C_Sign failed with 0x80000042"),
        "{}",
        ran.err
    );
}

/// Runs a test of this file in a process of its own: a module reads its configuration once.
fn child(hsm: &Hsm, name: &str) {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args([
        "--exact",
        &format!("pins::{name}"),
        "--ignored",
        "--nocapture",
    ]);
    command.envs(hsm.environment()).env("KYSO_TEST_CHILD", "1");
    command.env("KYSO_SHIM_TRIES", hsm.file("tries"));
    command.env("KYSO_TEST_INPUT", Demo::get().file("input.pdf"));
    let said = tool(&mut command);
    assert!(said.contains("1 passed"), "{said}");
}

fn code(result: kyso::Result<impl Sized>) -> &'static str {
    result.err().expect("refused").code()
}

#[test]
fn one_process_one_login_one_wrong_try() {
    let hsm = copy();
    child(&hsm, "in_one_process");
    let logins = hsm.calls("C_Login 1");
    // A wrong one, the right one; then, after all keys were dropped, the right one again.
    assert_eq!(logins, ["C_Login 1 0xA0", "C_Login 1 0x0", "C_Login 1 0x0"]);
    assert_eq!(hsm.calls("C_Initialize").len(), 1);
}

#[test]
#[ignore = "run by another test in a process of its own"]
fn in_one_process() {
    if env::var_os("KYSO_TEST_CHILD").is_none() {
        return;
    }
    let (person, office) = (uri("person"), uri("office"));
    // Two keys of one token with the same wrong PIN: the token sees it once.
    assert_eq!(
        code(Key::from_pkcs11(&person, Some("999999"))),
        "pin-wrong-counted"
    );
    assert_eq!(
        code(Key::from_pkcs11(&office, Some("999999"))),
        "pin-wrong-before"
    );
    assert_eq!(
        code(Key::from_pkcs11(&office, Some("999999"))),
        "pin-wrong-before"
    );
    assert_eq!(code(Key::from_pkcs11(&office, None)), "pin-required");

    let first = Key::from_pkcs11(&person, Some(PIN)).unwrap();
    let second = Key::from_pkcs11(&office, Some(PIN)).unwrap();
    // Somebody without the PIN gets no key because others are logged in; the token is not asked.
    assert_eq!(
        code(Key::from_pkcs11(&office, Some("111111"))),
        "pin-differs"
    );
    assert_eq!(code(Key::from_pkcs11(&office, None)), "pin-required");
    let token = Token::open(&office).unwrap();
    assert!(token.is_logged_in() && !token.needs_pin().unwrap());
    assert_eq!(token.keys().unwrap().len(), 2);

    // Several threads on one session.
    let input = env::var("KYSO_TEST_INPUT").unwrap();
    let context = load_context(Options::from_json("{}").unwrap()).unwrap();
    thread::scope(|scope| {
        for key in [&first, &second, &first, &second] {
            let (context, input) = (&context, &input);
            scope.spawn(move || {
                for _ in 0..3 {
                    let source = Arc::new(FileSource::open(input).unwrap());
                    sign_pdf(context, source, key).unwrap();
                }
            });
        }
    });
    for shown in [
        format!("{first:?}"),
        format!("{second:?}"),
        format!("{token:?}"),
    ] {
        assert!(!shown.contains(PIN), "{shown}");
        assert!(
            shown.contains("token A") || shown.contains("Token"),
            "{shown}"
        );
    }
    drop((first, second, token));
    let again = Token::open(&person).unwrap();
    assert!(!again.is_logged_in(), "the last key logs out");
    again.login(Some(PIN)).unwrap();
    again.key().unwrap();
    // A key outlives its token value.
    let key = again.key_of(&office).unwrap();
    drop(again);
    let source = Arc::new(FileSource::open(&input).unwrap());
    sign_pdf(&context, source, &key).unwrap();
}

#[test]
fn a_pin_that_was_refused_may_be_right_after_somebody_changed_it() {
    let hsm = copy();
    child(&hsm, "refused_then_changed");
}

#[test]
#[ignore = "run by another test in a process of its own"]
fn refused_then_changed() {
    let Some(tries) =
        env::var_os("KYSO_SHIM_TRIES").filter(|_| env::var_os("KYSO_TEST_CHILD").is_some())
    else {
        return;
    };
    let person = uri("person");
    assert_eq!(
        code(Key::from_pkcs11(&person, Some("654321"))),
        "pin-wrong-counted"
    );
    assert_eq!(
        code(Key::from_pkcs11(&person, Some("654321"))),
        "pin-wrong-before"
    );
    // Another program logs in, changes the PIN, and with that the token's count is down.
    tool(
        Command::new("pkcs11-tool")
            .args([
                "--module",
                super::softhsm::module(),
                "--token-label",
                "A",
                "--login",
            ])
            .args(["--pin", PIN, "--change-pin", "--new-pin", "654321"]),
    );
    fs::write(tries, "0").unwrap();
    // SoftHSM reads its token once a process, so that the login fails is its affair; that it is asked is ours.
    let result = Key::from_pkcs11(&person, Some("654321"));
    assert_ne!(
        result.err().map(|error| error.code()),
        Some("pin-wrong-before")
    );
}

#[test]
fn a_person_at_a_terminal_is_asked_once_for_each_token() {
    use std::{io::Write, process::Stdio};
    let hsm = copy();
    let out = hsm.file("out.pdf");
    let quoted = |text: String| format!("'{text}'");
    let line = [
        quoted(env!("CARGO_BIN_EXE_kyso").to_owned()),
        "sign six --number 1".to_owned(),
        quoted(Demo::get().file("input.pdf").display().to_string()),
        quoted(out.display().to_string()),
        "--person".to_owned(),
        quoted(uri("person")),
        "--organisation".to_owned(),
        quoted(uri("office")),
    ];
    // `script` of util-linux gives the program a terminal.
    let ask = |pin: &str| {
        let mut command = Command::new("script");
        command.args(["-q", "-e", "-c", &line.join(" "), "/dev/null"]);
        command
            .envs(hsm.environment())
            .env("KYSO_SHIM_TRIES", hsm.file("tries"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("util-linux is installed");
        let mut terminal = child.stdin.take().unwrap();
        writeln!(terminal, "{pin}").unwrap();
        let output = child.wait_with_output().unwrap();
        drop(terminal);
        (
            output.status.success(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
        )
    };
    for _ in 0..2 {
        let (done, said) = ask("999999");
        assert!(!done && said.contains("[pin-wrong"), "{said}");
    }
    let (done, said) = ask(PIN);
    assert!(done, "{said}");
    assert_eq!(said.matches("Mã PIN của thiết bị A").count(), 1, "{said}");
    assert!(said.contains("CHỈ CÒN MỘT lần thử"), "{said}");
    assert!(out.is_file());
}
