//! Tokens (ISO 32000-1 clause 7.2) over a window of bytes whose place in the file is known.
//!
//! A window may end in the middle of an object. What cannot be decided without the bytes behind it is
//! [`Stop::Incomplete`], which is never the same as malformed.

/// Why reading a token or an object ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The window ends too early: take a larger one.
    Incomplete,
    /// Something else stands at this offset of the file than was expected.
    Malformed { offset: u64, expected: &'static str },
    /// Too deep, too long or too many values.
    Limit { offset: u64 },
}

/// What reading of tokens yields.
pub(crate) type Lexed<T> = std::result::Result<T, Stop>;

/// A token. Numbers and references are told apart by the parser.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token<'a> {
    Integer(i64),
    Real(f64),
    Name(Vec<u8>),
    /// Decoded bytes of `(…)`.
    Literal(Vec<u8>),
    /// Decoded bytes of `<…>`, and whether it was malformed.
    Hex(Vec<u8>, bool),
    ArrayOpen,
    ArrayClose,
    DictionaryOpen,
    DictionaryClose,
    /// A run of regular characters that is no number, or a stray delimiter.
    Keyword(&'a [u8]),
    /// The end of the file.
    End,
}

/// White space of clause 7.2.2, NUL included.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

/// Neither white space nor delimiter.
pub(crate) fn is_regular(byte: u8) -> bool {
    REGULAR
        .get(usize::from(byte))
        .is_some_and(|regular| *regular)
}

/// [`is_regular`] by byte: most of a file is scanned by it.
static REGULAR: [bool; 256] = marked(b"\0\t\n\x0c\r ()<>[]{}/%", false);

/// Bytes of a literal string that mean something.
static SPECIAL: [bool; 256] = marked(b"()\\\r", true);

/// A table that says `mark` of some bytes and the contrary of all others.
#[expect(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "evaluated by the compiler, which would refuse"
)]
const fn marked(bytes: &[u8], mark: bool) -> [bool; 256] {
    let mut table = [!mark; 256];
    let mut at = 0;
    while at < bytes.len() {
        table[bytes[at] as usize] = mark;
        at += 1;
    }
    table
}

/// Reads tokens from a window.
#[derive(Clone, Debug)]
pub(crate) struct Lexer<'a> {
    bytes: &'a [u8],
    base: u64,
    at: usize,
    complete: bool,
}

impl<'a> Lexer<'a> {
    /// A window that starts at offset `base` of the file; `complete` when nothing follows it.
    pub(crate) fn new(bytes: &'a [u8], base: u64, complete: bool) -> Self {
        Self {
            bytes,
            base,
            at: 0,
            complete,
        }
    }

    /// Offset in the file.
    pub(crate) fn offset(&self) -> u64 {
        self.base.saturating_add(self.at as u64)
    }

    /// Index in the window.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// Goes to an index in the window.
    pub(crate) fn seek(&mut self, at: usize) {
        self.at = at.min(self.bytes.len());
    }

    /// What is left of the window.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// The next byte, not consumed; `None` at the end of the file.
    pub(crate) fn peek(&self) -> Lexed<Option<u8>> {
        match self.bytes.get(self.at) {
            Some(byte) => Ok(Some(*byte)),
            None if self.complete => Ok(None),
            None => Err(Stop::Incomplete),
        }
    }

    /// Consumes the byte that was peeked at.
    pub(crate) fn advance(&mut self, count: usize) {
        self.at = self.at.saturating_add(count).min(self.bytes.len());
    }

    /// Skips white space and comments.
    pub(crate) fn skip_space(&mut self) -> Lexed<()> {
        while let Some(byte) = self.peek()? {
            if byte == b'%' {
                let length = memchr::memchr2(b'\r', b'\n', self.rest());
                self.advance(length.unwrap_or(usize::MAX));
            } else if is_space(byte) {
                self.advance(1);
            } else {
                break;
            }
        }
        Ok(())
    }

    /// The next token.
    pub(crate) fn token(&mut self) -> Lexed<Token<'a>> {
        self.skip_space()?;
        let Some(byte) = self.peek()? else {
            return Ok(Token::End);
        };
        match byte {
            b'/' => self.name(),
            b'(' => self.literal(),
            b'[' => self.single(Token::ArrayOpen),
            b']' => self.single(Token::ArrayClose),
            b'<' => {
                if self.second()? == Some(b'<') {
                    self.advance(2);
                    return Ok(Token::DictionaryOpen);
                }
                self.hex()
            }
            b'>' if self.second()? == Some(b'>') => {
                self.advance(2);
                Ok(Token::DictionaryClose)
            }
            b'>' | b')' | b'{' | b'}' => {
                let stray = self.rest().get(..1).unwrap_or_default();
                self.single(Token::Keyword(stray))
            }
            _ => {
                let run = self.regular()?;
                Ok(number(run).unwrap_or(Token::Keyword(run)))
            }
        }
    }

    /// Consumes a keyword if it stands here as a whole token.
    pub(crate) fn eat_keyword(&mut self, keyword: &[u8]) -> Lexed<bool> {
        let before = self.at;
        if self.token()? == Token::Keyword(keyword) {
            return Ok(true);
        }
        self.at = before;
        Ok(false)
    }

    /// With the number of an object just read: `G R`, consumed, gives the generation.
    pub(crate) fn eat_reference_tail(&mut self) -> Lexed<Option<u16>> {
        let before = self.at;
        self.skip_space()?;
        if self.peek()?.is_some_and(|byte| byte.is_ascii_digit())
            && let Some(Token::Integer(generation)) = number(self.regular()?)
            && let Ok(generation) = u16::try_from(generation)
        {
            self.skip_space()?;
            if self.peek()? == Some(b'R') && !self.second()?.is_some_and(is_regular) {
                self.advance(1);
                return Ok(Some(generation));
            }
        }
        self.at = before;
        Ok(None)
    }

    fn single(&mut self, token: Token<'a>) -> Lexed<Token<'a>> {
        self.advance(1);
        Ok(token)
    }

    /// The byte behind the next one.
    fn second(&self) -> Lexed<Option<u8>> {
        let mut ahead = self.clone();
        ahead.advance(1);
        ahead.peek()
    }

    /// A run of regular characters, whose end must be seen.
    fn regular(&mut self) -> Lexed<&'a [u8]> {
        let rest = self.rest();
        let length = rest.iter().position(|byte| !is_regular(*byte));
        let length = match length {
            Some(length) => length,
            None if self.complete => rest.len(),
            None => return Err(Stop::Incomplete),
        };
        self.advance(length);
        Ok(rest.get(..length).unwrap_or_default())
    }

    /// Clause 7.3.5: `#` and two hexadecimal digits stand for a byte.
    fn name(&mut self) -> Lexed<Token<'a>> {
        self.advance(1);
        let run = self.regular()?;
        if memchr::memchr(b'#', run).is_none() {
            return Ok(Token::Name(run.to_vec()));
        }
        let mut name = Vec::with_capacity(run.len());
        let mut rest = run;
        while let Some((&byte, tail)) = rest.split_first() {
            rest = tail;
            if byte == b'#'
                && let [high, low, behind @ ..] = tail
                && let (Some(high), Some(low)) = (hex_digit(*high), hex_digit(*low))
            {
                name.push(high << 4 | low);
                rest = behind;
            } else {
                name.push(byte);
            }
        }
        Ok(Token::Name(name))
    }

    /// Clause 7.3.4.2.
    fn literal(&mut self) -> Lexed<Token<'a>> {
        let start = self.offset();
        self.advance(1);
        let mut text = Vec::new();
        let mut open = 1_usize;
        loop {
            let rest = self.rest();
            let special = |byte: &u8| SPECIAL.get(usize::from(*byte)) == Some(&true);
            let plain = rest.iter().position(special).unwrap_or(rest.len());
            text.extend_from_slice(rest.get(..plain).unwrap_or_default());
            self.advance(plain);
            let Some(byte) = self.peek()? else {
                return Err(Stop::Malformed {
                    offset: start,
                    expected: ")",
                });
            };
            self.advance(1);
            match byte {
                b'(' => open = open.saturating_add(1),
                b')' => open = open.saturating_sub(1),
                b'\r' => {
                    if self.peek()? == Some(b'\n') {
                        self.advance(1);
                    }
                    text.push(b'\n');
                    continue;
                }
                _ => {
                    self.escape(&mut text)?;
                    continue;
                }
            }
            if open == 0 {
                return Ok(Token::Literal(text));
            }
            text.push(byte);
        }
    }

    /// What follows a backslash in a literal string (table 3).
    fn escape(&mut self, text: &mut Vec<u8>) -> Lexed<()> {
        let Some(byte) = self.peek()? else {
            return Ok(());
        };
        self.advance(1);
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' => text.push(8),
            b'f' => text.push(12),
            b'\n' => {}
            b'\r' => {
                if self.peek()? == Some(b'\n') {
                    self.advance(1);
                }
            }
            b'0'..=b'7' => {
                let mut code = byte & 7;
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek()? else {
                        break;
                    };
                    self.advance(1);
                    // High-order overflow is ignored (clause 7.3.4.2).
                    code = code.wrapping_mul(8).wrapping_add(digit & 7);
                }
                text.push(code);
            }
            other => text.push(other),
        }
        Ok(())
    }

    /// Clause 7.3.4.3. Anything but digits and white space, or an odd number of digits, makes it malformed.
    fn hex(&mut self) -> Lexed<Token<'a>> {
        let start = self.offset();
        self.advance(1);
        let rest = self.rest();
        let Some(length) = memchr::memchr(b'>', rest) else {
            // What was looked at counts as read: callers charge it.
            self.advance(rest.len());
            return Err(match self.complete {
                true => Stop::Malformed {
                    offset: start,
                    expected: ">",
                },
                false => Stop::Incomplete,
            });
        };
        let digits = rest.get(..length).unwrap_or_default();
        self.advance(length.saturating_add(1));
        // A signature value is one long run of digits: read two at a time as far as it goes.
        let mut pairs = digits.chunks_exact(2);
        let mut text = Vec::with_capacity(length.saturating_add(1) / 2);
        text.extend(pairs.by_ref().map_while(hex_pair));
        let read = text.len().saturating_mul(2);
        let mut malformed = false;
        let mut high = None;
        for &byte in digits.get(read..).unwrap_or_default() {
            match (hex_digit(byte), high) {
                (Some(digit), None) => high = Some(digit),
                (Some(digit), Some(first)) => {
                    text.push(first << 4 | digit);
                    high = None;
                }
                (None, _) => malformed |= !is_space(byte),
            }
        }
        if let Some(first) = high {
            text.push(first << 4);
            malformed = true;
        }
        Ok(Token::Hex(text, malformed))
    }
}

/// Value of a hexadecimal digit.
/// The byte of two digits.
fn hex_pair(pair: &[u8]) -> Option<u8> {
    let &[high, low] = pair else { return None };
    let value = |digit: u8| {
        HEX_VALUES
            .get(usize::from(digit))
            .copied()
            .unwrap_or(NO_DIGIT)
    };
    let (high, low) = (value(high), value(low));
    ((high | low) & 0xf0 == 0).then_some(high << 4 | low)
}

const NO_DIGIT: u8 = 0xff;

/// The value of each byte as a digit.
#[expect(
    clippy::indexing_slicing,
    reason = "evaluated when it is compiled; out of bounds would be an error there"
)]
static HEX_VALUES: [u8; 256] = {
    let mut values = [NO_DIGIT; 256];
    let mut at = 0_u8;
    // Both cases; every index is below 256.
    while at < 16 {
        let (small, large) = match at {
            0..=9 => (b'0' + at, b'0' + at),
            _ => (b'a' + at - 10, b'A' + at - 10),
        };
        values[small as usize] = at;
        values[large as usize] = at;
        at += 1;
    }
    values
};

pub(crate) fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte.wrapping_sub(b'0')),
        b'a'..=b'f' => Some(byte.wrapping_sub(b'a').wrapping_add(10)),
        b'A'..=b'F' => Some(byte.wrapping_sub(b'A').wrapping_add(10)),
        _ => None,
    }
}

/// A number (clause 7.3.3), as leniently as common readers: repeated signs count once, and a sign in the
/// middle ends it. Integers beyond 64 bits saturate. `None` for what is no number.
fn number(run: &[u8]) -> Option<Token<'static>> {
    let signs = run
        .iter()
        .take_while(|byte| matches!(byte, b'+' | b'-'))
        .count();
    let negative = run.first() == Some(&b'-');
    let body = run.get(signs..)?;
    let whole = body.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let digits = body.get(..whole)?;
    let behind = body.get(whole..)?;
    if behind.is_empty() && !digits.is_empty() {
        return Some(Token::Integer(integer(digits, negative)));
    }
    match behind.split_first() {
        Some((b'.', fraction)) => {
            let length = fraction
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            let tail_is_sign = matches!(fraction.get(length), None | Some(b'-' | b'.'));
            if !tail_is_sign || (whole == 0 && length == 0 && signs == 0) {
                return None;
            }
            let number = body.get(..whole.saturating_add(1).saturating_add(length))?;
            Some(Token::Real(real(number, negative)))
        }
        Some((b'-', tail)) if whole > 0 && tail.iter().all(u8::is_ascii_digit) => {
            Some(Token::Integer(integer(digits, negative)))
        }
        _ => None,
    }
}

fn integer(digits: &[u8], negative: bool) -> i64 {
    let value = digits.iter().fold(0_i64, |value, digit| {
        value
            .saturating_mul(10)
            .saturating_add(i64::from(digit.wrapping_sub(b'0')))
    });
    if negative {
        value.saturating_neg()
    } else {
        value
    }
}

/// The double nearest to a decimal number, so that what is written again is read as the same.
fn real(digits: &[u8], negative: bool) -> f64 {
    let text = std::str::from_utf8(digits).unwrap_or_default();
    // A lone point is zero.
    let value = text.parse::<f64>().unwrap_or(0.0).min(f64::MAX);
    if negative { -value } else { value }
}
