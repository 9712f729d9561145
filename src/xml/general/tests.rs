use std::sync::Arc;

use super::*;
use crate::xml::C14n;

/// What an XPath transform, or filters with their operation, leave of the document that holds them.
fn left(text: &str, algorithm: C14n) -> Result<String> {
    let document = Document::read(Arc::from(text.as_bytes()))?;
    let filters = document.named("", "F");
    let operation = |id: &ElementId| document.element(*id).attribute(None, "Filter").is_some();
    let steps = if filters.iter().any(operation) {
        vec![NodeSetStep::Filter2(filters)]
    } else {
        filters.into_iter().map(NodeSetStep::XPath).collect()
    };
    let method = Canonical {
        algorithm,
        comments: true,
    };
    let mut octets = Vec::new();
    let mut sink = |part: &[u8]| octets.extend_from_slice(part);
    canonicalise_set(
        &document,
        &document,
        Target::Document,
        &steps,
        &method,
        &mut sink,
    )?;
    Ok(String::from_utf8_lossy(&octets).into_owned())
}

fn kept(document: &str, expression: &str) -> String {
    let expression = expression.replace('&', "&amp;").replace('<', "&lt;");
    let text = document.replace("<F/>", &format!("<F>{expression}</F>"));
    left(&text, C14n::Inclusive10).unwrap()
}

#[test]
fn a_filter_is_asked_for_every_node() {
    let document = "<a xmlns:p='u:u' p:x='1' y='2'>t<b z='3'>u<!--c--></b><?q r?><F/></a>";
    let without = "not(ancestor-or-self::F)";
    assert_eq!(
        kept(document, without),
        "<a xmlns:p=\"u:u\" y=\"2\" p:x=\"1\">t<b z=\"3\">u<!--c--></b><?q r?></a>"
    );
    // Attributes are nodes of their own, and so are namespaces.
    assert_eq!(
        kept(document, "not(ancestor-or-self::F) and name() != 'y'"),
        "<a xmlns:p=\"u:u\" p:x=\"1\">t<b z=\"3\">u<!--c--></b><?q r?></a>"
    );
    assert_eq!(
        kept(document, "not(ancestor-or-self::F) and not(name() = 'p')"),
        "<a y=\"2\" p:x=\"1\">t<b z=\"3\">u<!--c--></b><?q r?></a>"
    );
    // They are written without their element, too (Canonical XML 1.0 clause 2.3).
    assert_eq!(
        kept(document, "parent::b"),
        " xmlns:p=\"u:u\" z=\"3\"u<!--c-->"
    );
    assert_eq!(kept(document, "self::text() = 't'"), "t");
    assert_eq!(
        kept(document, "self::processing-instruction('q')"),
        "<?q r?>"
    );
}

#[test]
fn expressions_mean_what_xpath_says() {
    let document = "<a xml:lang='vi-VN'><b n='1'>x</b><b n='2'>y<c/></b><b n='03'> 3 </b><F/></a>";
    for (expression, truth) in [
        ("1 = 1.0 and 2 > 1 and 1 <= 1 and not(1 != 1)", true),
        ("'a' = 'a' and 'a' != 'b'", true),
        (
            "7 mod 3 = 1 and -7 mod 3 = -1 and 7 div 2 = 3.5 and 6 - 1 = 5",
            true,
        ),
        ("--1 = 1 and -(-1) = 1 and - - - 1 = -1", true),
        ("1 div 0 > 99999 and string(-1 div 0) = '-Infinity'", true),
        ("string(0 div 0) = 'NaN' and not(0 div 0 = 0 div 0)", true),
        ("string(1000000 * 1000000) = '1000000000000'", true),
        (
            "string(0.1) = '0.1' and string(-0) = '0' and string(.5) = '0.5'",
            true,
        ),
        (
            "round(2.5) = 3 and round(-2.5) = -2 and floor(-0.5) = -1 and ceiling(1.2) = 2",
            true,
        ),
        (
            "number('1e3') = 1000 or number('+1') = 1 or number('') = 0",
            false,
        ),
        (
            "number(' 12 ') = 12 and number('-.5') = -0.5 and number(true()) = 1",
            true,
        ),
        (
            "boolean('false') and not(boolean('')) and not(boolean(0)) and boolean(-1)",
            true,
        ),
        (
            "count(//b) = 3 and count(//b[2]) = 1 and //b[2] = 'y'",
            true,
        ),
        (
            "count(/a/b[@n]) = 3 and /a/b[position() = last()]/@n = 3",
            true,
        ),
        (
            "/a/b[last()][@n = '03'] and not(/a/b[last()][1][@n = 1])",
            true,
        ),
        ("sum(/a/b/@n) = 6", true),
        (
            "/a/b/@n = '2' and /a/b/@n != '2' and /a/b/@n < 2 and /a/b/@n >= 3",
            true,
        ),
        (
            "/a/b = /a/b/text() and not(/a/b = /a/zz) and not(/a/b != /a/zz)",
            true,
        ),
        (
            "(/a/b)[2] = 'y' and (//b/@n)[3] = '03' and (//b)[3]/preceding-sibling::b[1]/@n = 2",
            true,
        ),
        (
            "//c/ancestor::*[1][self::b] and //c/ancestor::*[2][self::a]",
            true,
        ),
        (
            "count(//c/preceding::b) = 1 and count(//c/following::b) = 1",
            true,
        ),
        (
            "count(//c/preceding::node()) = 3 and count(//b[1]/following::*) = 4",
            true,
        ),
        (
            "count(//@n/following::c) = 1 and count(//b[3]/@n/preceding::c) = 1",
            true,
        ),
        (
            "count(//namespace::*) = 6 and count(/a/namespace::xml) = 1",
            true,
        ),
        (
            "name(//b[1]/@*) = 'n' and local-name(/*) = 'a' and name(/) = ''",
            true,
        ),
        (
            "namespace-uri(/a/@*) = 'http://www.w3.org/XML/1998/namespace'",
            true,
        ),
        (
            "concat('a', 1, true()) = 'a1true' and starts-with('abc', 'ab') and contains('abc', '')",
            true,
        ),
        (
            "substring-before('1999/04/01', '/') = '1999' and substring-after('a=b', '=') = 'b'",
            true,
        ),
        (
            "substring('12345', 1.5, 2.6) = '234' and substring('12345', 0, 3) = '12'",
            true,
        ),
        (
            "substring('12345', 0 div 0, 3) = '' and substring('12345', -42, 1 div 0) = '12345'",
            true,
        ),
        (
            "string-length('số') = 2 and normalize-space('  a   b ') = 'a b'",
            true,
        ),
        ("translate('--aaa--', 'abc-', 'ABC') = 'AAA'", true),
        (
            "/a/b[1][lang('vi')] and /a[lang('VI-vn')] and not(/a[lang('v')])",
            true,
        ),
        ("count(//b | //c | //b) = 4 and count(/ | //a) = 2", true),
        (
            "//b[1]/../b[2] = 'y' and .//self::node() and /descendant-or-self::a",
            true,
        ),
        ("count(id('x')) = 0", true),
        ("div = 1 or mod = 2 or and = 3", false),
        ("* * 2 = 4", false),
        ("/a/*[2]/* and count(/a/b/*) * 2 = 2", true),
    ] {
        let found = kept(document, &format!("({expression}) and self::a"));
        assert_eq!(found.starts_with("<a"), truth, "{expression}");
    }
}

#[test]
fn filters_intersect_subtract_and_unite() {
    let text = "<a><b><c/><d><c/></d></b><e/><F Filter='intersect'>//b</F><F Filter='subtract'>//d</F><F Filter='union'>//d/c | //e</F></a>";
    assert_eq!(
        left(text, C14n::Inclusive10).unwrap(),
        "<b><c></c><c></c></b><e></e>"
    );
}

#[test]
fn what_is_refused_is_named() {
    let long = "1".repeat(9000);
    let deep = "(".repeat(100);
    let chain = "1+".repeat(200) + "1";
    for (expression, code) in [
        ("here()", "xml-here"),
        ("count(ancestor::a | here()) = 1", "xml-here"),
        ("document('http://x/')", "xml-xpath"),
        ("$x", "xml-xpath"),
        ("p:a", "xml-xpath"),
        ("a b", "xml-xpath"),
        ("a[", "xml-xpath"),
        ("", "xml-xpath"),
        ("'a", "xml-xpath"),
        ("count(1)", "xml-xpath"),
        ("count()", "xml-xpath"),
        ("a/1", "xml-xpath"),
        ("a:b:c", "xml-xpath"),
        ("up::a", "xml-xpath"),
        ("1 ! 2", "xml-xpath"),
        (&long, "xml-limit"),
        (&deep, "xml-limit"),
        (&chain, "xml-limit"),
    ] {
        let text = format!("<a><F>{expression}</F></a>");
        let error = left(&text, C14n::Inclusive10).unwrap_err();
        assert_eq!(error.code(), code, "{expression}");
    }
    let error = left("<a><F Filter='keep'>/</F></a>", C14n::Inclusive10).unwrap_err();
    assert_eq!(error.code(), "xml-xpath");
    let error = left("<a><F Filter='union'>1</F></a>", C14n::Inclusive10).unwrap_err();
    assert_eq!(error.code(), "xml-xpath");
}

#[test]
fn what_takes_too_long_is_stopped() {
    let many = "<b>x</b>".repeat(20_000);
    let text = format!("<a>{many}<F>count(following::b) > count(preceding::b)</F></a>");
    let error = left(&text, C14n::Inclusive10).unwrap_err();
    assert_eq!(error.code(), "xml-xpath-work");
    let text = format!("<a>{many}<F>string-length(string(/a)) > string-length(string(..))</F></a>");
    let error = left(&text, C14n::Inclusive10).unwrap_err();
    assert_eq!(error.code(), "xml-xpath-work");
    // What does not look at the node is evaluated once.
    let text = format!("<a>{many}<F>count(//b[. = 'x']) = 20000 and self::a</F></a>");
    assert_eq!(left(&text, C14n::Inclusive10).unwrap(), "<a></a>");
}
