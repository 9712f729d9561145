//! The operators of contents that move or show text (ISO 32000-1 clause 9.4), and those that draw forms.

use std::{collections::HashMap, rc::Rc};

use super::{
    Reader,
    font::Font,
    matrix::Matrix,
    stretch::{Glyph, Ink, Pen, Stretch},
};
use crate::{
    limits::MAX_FORM_NESTING,
    pdf::{
        Dictionary, Object, ObjectId,
        lex::{Lexer, Token, is_space},
    },
};

/// The middle of small letters above the baseline, in sizes: half the x-height of text faces.
const MIDDLE: f64 = 0.23;

/// States that may be saved within each other. ISO 32000-1 annex C.2 has 28; files with some hundred are read by everybody.
const MAX_SAVED: usize = 1 << 10;

/// Operands of one operator that are kept. The longest `TJ` of the corpora has some hundred.
const MAX_OPERANDS: usize = 1 << 14;

/// What an interpretation costs beside its bytes, so that small forms are not for nothing.
const CALL: u64 = 64;

/// One operand. Arrays are flat: only those of `TJ` matter.
#[derive(Debug)]
enum Operand {
    Number(f64),
    Text(Vec<u8>),
    Name(Vec<u8>),
}

/// The graphics state, as far as it moves text (tables 52 and 104).
#[derive(Clone, Debug)]
struct State {
    matrix: Matrix,
    font: Rc<Font>,
    size: f64,
    character: f64,
    word: f64,
    /// 1 for 100 %.
    scale: f64,
    leading: f64,
    rise: f64,
    mode: f64,
}

/// A form, with its data decoded.
#[derive(Debug)]
struct Form {
    matrix: Matrix,
    resources: Option<Dictionary>,
    data: Vec<u8>,
}

/// Fonts and forms by name.
#[derive(Debug, Default)]
struct Resources {
    fonts: Dictionary,
    objects: Dictionary,
}

/// The work on one page.
#[derive(Debug)]
pub(super) struct Scan<'a> {
    reader: Reader<'a>,
    pen: Pen,
    fonts: HashMap<ObjectId, Rc<Font>>,
    /// `Ok(None)` for what is no form, an error for what could not be read.
    forms: HashMap<ObjectId, Result<Option<Rc<Form>>, ()>>,
    state: State,
    line: Matrix,
    text: Matrix,
    is_whole: bool,
}

impl<'a> Scan<'a> {
    pub(super) fn new(reader: Reader<'a>) -> Self {
        Self {
            reader,
            pen: Pen::default(),
            fonts: HashMap::new(),
            forms: HashMap::new(),
            state: State {
                matrix: Matrix::IDENTITY,
                font: Rc::default(),
                size: 0.0,
                character: 0.0,
                word: 0.0,
                scale: 1.0,
                leading: 0.0,
                rise: 0.0,
                mode: 0.0,
            },
            line: Matrix::IDENTITY,
            text: Matrix::IDENTITY,
            is_whole: true,
        }
    }

    /// The stretches, and whether there was room for all.
    pub(super) fn finish(self) -> (Vec<Stretch>, bool) {
        self.pen.finish()
    }

    /// Interprets contents. Whether everything so far could be looked at.
    pub(super) fn run(
        &mut self,
        contents: &[u8],
        resources: Option<&Dictionary>,
        depth: usize,
    ) -> bool {
        let category = |name: &str| {
            let named = resources.and_then(|resources| resources.get(name));
            named.and_then(|named| self.reader.dictionary(Some(named)))
        };
        let named = Resources {
            fonts: category("Font").unwrap_or_default(),
            objects: category("XObject").unwrap_or_default(),
        };
        let cost = (contents.len() as u64).saturating_add(CALL);
        if !self.reader.left.take(cost) {
            self.is_whole = false;
            return false;
        }
        let mut lexer = Lexer::new(contents, 0, true);
        let mut operands: Vec<Operand> = Vec::new();
        let mut saved: Vec<State> = Vec::new();
        loop {
            if operands.len() >= MAX_OPERANDS {
                self.is_whole = false;
                operands.clear();
            }
            match lexer.token() {
                Ok(Token::End) => break,
                #[expect(clippy::cast_precision_loss, reason = "coordinates lie far below 2^52")]
                Ok(Token::Integer(number)) => operands.push(Operand::Number(number as f64)),
                Ok(Token::Real(number)) => operands.push(Operand::Number(number)),
                Ok(Token::Literal(text) | Token::Hex(text, _)) => {
                    operands.push(Operand::Text(text))
                }
                Ok(Token::Name(name)) => operands.push(Operand::Name(name)),
                Ok(Token::Keyword(b"BI")) => operands.clear(),
                Ok(Token::Keyword(b"ID")) => {
                    lexer.advance(picture(lexer.rest()));
                    operands.clear();
                }
                Ok(Token::Keyword(b"q")) => {
                    if saved.len() < MAX_SAVED {
                        saved.push(self.state.clone());
                    }
                    operands.clear();
                }
                Ok(Token::Keyword(b"Q")) => {
                    if let Some(state) = saved.pop() {
                        self.state = state;
                    }
                    operands.clear();
                }
                Ok(Token::Keyword(b"Do")) => {
                    if let Some(Operand::Name(name)) = operands.first() {
                        self.draw(&named, name, resources, depth);
                    }
                    operands.clear();
                }
                Ok(Token::Keyword(b"true" | b"false" | b"null")) => {}
                Ok(Token::Keyword(operator)) => {
                    self.operator(operator, &operands, &named);
                    operands.clear();
                }
                Ok(_) => {}
                // An open string or the like: no reader goes on from there.
                Err(_) => break,
            }
        }
        self.is_whole
    }

    fn operator(&mut self, operator: &[u8], operands: &[Operand], named: &Resources) {
        let number = |at: usize| match operands.get(at) {
            Some(Operand::Number(number)) => *number,
            _ => 0.0,
        };
        let six = || Matrix([0, 1, 2, 3, 4, 5].map(number));
        let state = &mut self.state;
        match operator {
            b"cm" => state.matrix = six().then(&state.matrix),
            b"BT" => {
                self.line = Matrix::IDENTITY;
                self.text = Matrix::IDENTITY;
            }
            b"Tf" => {
                state.size = number(1);
                if let Some(Operand::Name(name)) = operands.first() {
                    self.choose(named, name);
                }
            }
            b"Tc" => state.character = number(0),
            b"Tw" => state.word = number(0),
            b"Tz" => state.scale = number(0) / 100.0,
            b"TL" => state.leading = number(0),
            b"Ts" => state.rise = number(0),
            b"Tr" => state.mode = number(0),
            b"Tm" => {
                self.line = six();
                self.text = self.line;
            }
            b"Td" => self.move_line(number(0), number(1)),
            b"TD" => {
                state.leading = -number(1);
                self.move_line(number(0), number(1));
            }
            b"T*" => self.next_line(),
            b"Tj" | b"TJ" => self.show(operands),
            b"'" => {
                self.next_line();
                self.show(operands);
            }
            b"\"" => {
                (state.word, state.character) = (number(0), number(1));
                self.next_line();
                self.show(operands.get(2..).unwrap_or_default());
            }
            _ => {}
        }
    }

    fn move_line(&mut self, x: f64, y: f64) {
        self.line = Matrix::moved(x, y).then(&self.line);
        self.text = self.line;
    }

    fn next_line(&mut self) {
        self.move_line(0.0, -self.state.leading);
    }

    fn choose(&mut self, named: &Resources, name: &[u8]) {
        let found = named.fonts.iter().find(|(key, _)| key.0 == name);
        let Some((_, font)) = found else {
            self.state.font = Rc::default();
            return;
        };
        let id = font.as_reference();
        if let Some(known) = id.and_then(|id| self.fonts.get(&id)) {
            self.state.font = Rc::clone(known);
            return;
        }
        let font = self.reader.dictionary(Some(font));
        let font = font.map(|font| Font::read(&self.reader, &font));
        let font = Rc::new(font.unwrap_or_default());
        if let Some(id) = id {
            self.fonts.insert(id, Rc::clone(&font));
        }
        self.state.font = font;
    }

    /// Shows strings, moved by the numbers between them (clause 9.4.3).
    fn show(&mut self, operands: &[Operand]) {
        let State {
            size, scale, rise, ..
        } = self.state;
        let font = Rc::clone(&self.state.font);
        let is_seen = self.state.mode != 3.0 && self.state.mode != 7.0 && !font.is_vertical;
        let on_page = self.text.then(&self.state.matrix);
        let letters = (size * on_page.height()).abs();
        let is_seen = is_seen && letters > 0.0 && letters.is_finite();
        let middle = MIDDLE * size + rise;
        let mut x = 0.0;
        for operand in operands {
            match operand {
                Operand::Number(number) => x -= number / 1000.0 * size * scale,
                Operand::Text(text) => {
                    for code in font.codes(text) {
                        let width = font.width(code);
                        let end = x + width * size * scale;
                        if is_seen {
                            let ink = font.ink(code);
                            let from = on_page.point(x, middle);
                            let to = match ink {
                                Ink::Blank => from,
                                _ => on_page.point(end, middle),
                            };
                            self.pen.glyph(&Glyph {
                                code,
                                from,
                                to,
                                size: letters,
                                width,
                                ink,
                            });
                        }
                        x = end + self.state.character * scale;
                        if font.is_space(code) {
                            x += self.state.word * scale;
                        }
                    }
                }
                Operand::Name(_) => {}
            }
        }
        self.text = Matrix::moved(x, 0.0).then(&self.text);
    }

    /// Draws a form; what is none is no text.
    fn draw(
        &mut self,
        named: &Resources,
        name: &[u8],
        resources: Option<&Dictionary>,
        depth: usize,
    ) {
        let found = named.objects.iter().find(|(key, _)| key.0 == name);
        let Some(id) = found.and_then(|(_, object)| object.as_reference()) else {
            return;
        };
        let form = match self.forms.get(&id) {
            Some(known) => known.clone(),
            None => {
                let read = self.form(id);
                self.forms.insert(id, read.clone());
                read
            }
        };
        let form = match form {
            Ok(Some(form)) => form,
            Ok(None) => return,
            Err(()) => {
                self.is_whole = false;
                return;
            }
        };
        if depth >= MAX_FORM_NESTING {
            self.is_whole = false;
            return;
        }
        let before = (self.state.clone(), self.line, self.text);
        self.state.matrix = form.matrix.then(&self.state.matrix);
        // Forms of old writers use what the page has (clause 7.8.3).
        let resources = form.resources.as_ref().or(resources);
        self.run(&form.data, resources, depth.saturating_add(1));
        (self.state, self.line, self.text) = before;
    }

    fn form(&self, id: ObjectId) -> Result<Option<Rc<Form>>, ()> {
        let object = self.reader.value(Some(&Object::Reference(id))).ok_or(())?;
        let Object::Stream(stream) = object else {
            return Ok(None);
        };
        let dictionary = &stream.dictionary;
        if !dictionary
            .get("Subtype")
            .is_some_and(|kind| kind.is_name("Form"))
        {
            return Ok(None);
        }
        let Reader {
            document, revision, ..
        } = self.reader;
        let data = document.stream_data_at(revision, &stream).map_err(|_| ())?;
        let matrix = self.reader.value(dictionary.get("Matrix"));
        Ok(Some(Rc::new(Form {
            matrix: Matrix::from_object(matrix.as_ref()).unwrap_or(Matrix::IDENTITY),
            resources: dictionary
                .get("Resources")
                .and_then(|resources| self.reader.dictionary(Some(resources))),
            data,
        })))
    }
}

/// How long the data of an inline picture is, with its `EI` (clause 8.9.7): up to one between white space.
fn picture(rest: &[u8]) -> usize {
    let mut from = 0;
    for at in memchr::memmem::find_iter(rest, b"EI") {
        let before = at.checked_sub(1).and_then(|at| rest.get(at));
        let behind = rest.get(at.saturating_add(2));
        from = at.saturating_add(2);
        if before.is_some_and(|byte| is_space(*byte)) && behind.is_none_or(|byte| is_space(*byte)) {
            return from;
        }
    }
    from.max(rest.len())
}
