//! The tokens of an expression (clause 3.7).

use crate::{
    error::Result,
    xml::{
        general::{tree::is_white, unsupported},
        names::{is_name_octet, is_plain_name, is_space},
    },
};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Token<'a> {
    /// Punctuation, and names that are operators.
    Sign(&'static str),
    /// A name before `::`.
    Axis(&'a str),
    /// A name before `(`.
    Function(&'a str),
    /// A name test: `*`, `p:*` or a name.
    Name(&'a str),
    Literal(&'a str),
    Number(f64),
}

const SIGNS: [&str; 21] = [
    "//", "..", "!=", "<=", ">=", "/", ".", "@", ",", "(", ")", "[", "]", "|", "+", "-", "=", "<",
    ">", "$", "*",
];

pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>> {
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(is_white);
        let Some(first) = rest.bytes().next() else {
            return Ok(tokens);
        };
        // Clause 3.7: behind an operand, a name and `*` are operators.
        let operand = match tokens.last() {
            None | Some(Token::Axis(_)) => false,
            Some(Token::Sign(sign)) => matches!(*sign, ")" | "]" | "." | ".."),
            Some(_) => true,
        };
        let (token, taken) = match first {
            b'"' | b'\'' => {
                let quote = char::from(first);
                let inside = rest.get(1..).unwrap_or_default();
                let (literal, _) = inside.split_once(quote).ok_or_else(|| unsupported(rest))?;
                (Token::Literal(literal), literal.len().saturating_add(2))
            }
            b'0'..=b'9' => number(rest)?,
            b'.' if rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit) => number(rest)?,
            b'*' if !operand => (Token::Name("*"), 1),
            _ => match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
                Some(sign) => (Token::Sign(sign), sign.len()),
                None => name(rest, operand)?,
            },
        };
        tokens.push(token);
        rest = rest.get(taken..).unwrap_or_default();
        // The second half of `name::` belongs to it.
        if let Some(Token::Axis(_)) = tokens.last() {
            rest = rest.trim_start_matches(is_white);
            rest = rest.strip_prefix("::").unwrap_or(rest);
        }
    }
}

fn number(rest: &str) -> Result<(Token<'_>, usize)> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(rest);
    let mut taken = whole;
    if let Some(fraction) = rest.get(whole..).and_then(|rest| rest.strip_prefix('.')) {
        taken = taken.saturating_add(1).saturating_add(digits(fraction));
    }
    let written = rest.get(..taken).unwrap_or_default();
    let number = written.parse().map_err(|_| unsupported(written))?;
    Ok((Token::Number(number), taken))
}

fn name(rest: &str, operand: bool) -> Result<(Token<'_>, usize)> {
    // Colons are looked at here: `a::b` and `p:*`.
    let part = |text: &str| {
        let octet = |octet: &u8| is_name_octet(*octet) && *octet != b':';
        text.bytes().take_while(octet).count()
    };
    let length = part(rest);
    let (plain, behind) = rest.split_at_checked(length).unwrap_or((rest, ""));
    if !is_plain_name(plain) {
        return Err(unsupported(rest));
    }
    if operand {
        let operator = ["and", "or", "div", "mod"]
            .into_iter()
            .find(|it| *it == plain);
        let operator = operator.ok_or_else(|| unsupported(plain))?;
        return Ok((Token::Sign(operator), length));
    }
    let white = behind.bytes().take_while(|octet| is_space(*octet)).count();
    let next = behind.get(white..).unwrap_or_default();
    if next.starts_with("::") {
        return Ok((Token::Axis(plain), length));
    }
    let mut taken = length;
    if let Some(local) = behind.strip_prefix(':') {
        let local = if local.starts_with('*') {
            1
        } else {
            part(local)
        };
        taken = taken.saturating_add(1).saturating_add(local);
    }
    let name = rest.get(..taken).unwrap_or_default();
    let sound = match name.split_once(':') {
        Some((_, local)) => local == "*" || is_plain_name(local),
        None => true,
    };
    if !sound {
        return Err(unsupported(name));
    }
    let next = rest.get(taken..).unwrap_or_default();
    if next.trim_start_matches(is_white).starts_with('(') {
        return Ok((Token::Function(name), taken));
    }
    Ok((Token::Name(name), taken))
}
