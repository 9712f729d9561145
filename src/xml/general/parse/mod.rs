//! XPath 1.0 expressions, read (clauses 2, 3 and 3.7).

use crate::{
    error::{Error, ErrorKind, Result},
    limits::{MAX_XPATH_DEPTH, MAX_XPATH_LENGTH},
    text::rules::xml as rules,
    xml::names::{is_name_octet, is_plain_name, is_space},
};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expr {
    Or(Vec<Expr>),
    And(Vec<Expr>),
    Union(Vec<Expr>),
    Compare(Comparison, Box<[Expr; 2]>),
    Arithmetic(Arithmetic, Box<[Expr; 2]>),
    Negate(Box<Expr>),
    Literal(String),
    Number(f64),
    Call(Function, Vec<Expr>),
    Path(Start, Vec<Step>),
    /// The same wherever it is evaluated: only once.
    Once(usize, Box<Expr>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

/// Where a path begins.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Start {
    Root,
    Context,
    /// An expression with predicates.
    Filter(Box<Expr>, Vec<Expr>),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) axis: Axis,
    pub(super) test: Test,
    pub(super) predicates: Vec<Expr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Axis {
    Ancestor,
    AncestorOrSelf,
    Attribute,
    Child,
    Descendant,
    DescendantOrSelf,
    Following,
    FollowingSibling,
    Namespace,
    Parent,
    Preceding,
    PrecedingSibling,
    Itself,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Test {
    /// `*`
    Any,
    /// `p:*`, by the name of the namespace.
    InNamespace(String),
    Name {
        namespace: String,
        local: String,
    },
    Node,
    Text,
    Comment,
    Instruction(Option<String>),
}

macro_rules! functions {
    ($($variant:ident $name:literal $least:literal $most:literal)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Function { $($variant),* }

        /// A function with how many arguments it takes.
        fn function(name: &str) -> Option<(Function, usize, usize)> {
            match name {
                $($name => Some((Function::$variant, $least, $most)),)*
                _ => None,
            }
        }
    };
}

functions! {
    Last "last" 0 0
    Position "position" 0 0
    Count "count" 1 1
    Id "id" 1 1
    LocalName "local-name" 0 1
    NamespaceUri "namespace-uri" 0 1
    Name "name" 0 1
    String "string" 0 1
    Concat "concat" 2 1024
    StartsWith "starts-with" 2 2
    Contains "contains" 2 2
    SubstringBefore "substring-before" 2 2
    SubstringAfter "substring-after" 2 2
    Substring "substring" 2 3
    StringLength "string-length" 0 1
    NormalizeSpace "normalize-space" 0 1
    Translate "translate" 3 3
    Boolean "boolean" 1 1
    Not "not" 1 1
    True "true" 0 0
    False "false" 0 0
    Lang "lang" 1 1
    Number "number" 0 1
    Sum "sum" 1 1
    Floor "floor" 1 1
    Ceiling "ceiling" 1 1
    Round "round" 1 1
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Token<'a> {
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

/// An expression, and how many parts of it are evaluated once.
#[derive(Clone, Debug)]
pub(super) struct Parsed {
    pub(super) expr: Expr,
    pub(super) once: usize,
}

pub(super) fn unsupported(what: &str) -> Error {
    let what: String = what.chars().take(80).collect();
    Error::new(ErrorKind::Unsupported, &rules::XPATH).with(what)
}

/// Reads an expression. `resolve` gives the namespace that a prefix stands for where the expression is written.
///
/// # Errors
/// `Unsupported` for what is no expression, unknown functions, variables, `here()`; `Limit` by length and depth.
pub(super) fn parse(text: &str, resolve: &dyn Fn(&str) -> Option<String>) -> Result<Parsed> {
    if text.len() > MAX_XPATH_LENGTH {
        return Err(crate::xml::fault::limit("XPath", MAX_XPATH_LENGTH, 0));
    }
    let mut parser = Parser {
        tokens: tokens(text)?,
        at: 0,
        depth: 0,
        chained: 0,
        resolve,
        once: 0,
    };
    let expr = parser.or()?;
    match parser.peek() {
        None => {
            let expr = parser.once(expr);
            Ok(Parsed {
                expr,
                once: parser.once,
            })
        }
        Some(token) => Err(unexpected(token)),
    }
}

fn unexpected(token: Token<'_>) -> Error {
    unsupported(match token {
        Token::Sign(text)
        | Token::Axis(text)
        | Token::Function(text)
        | Token::Name(text)
        | Token::Literal(text) => text,
        Token::Number(_) => "0…9",
    })
}

const SIGNS: [&str; 21] = [
    "//", "..", "!=", "<=", ">=", "/", ".", "@", ",", "(", ")", "[", "]", "|", "+", "-", "=", "<",
    ">", "$", "*",
];

fn tokens(text: &str) -> Result<Vec<Token<'_>>> {
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(super::tree::is_white);
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
            rest = rest.trim_start_matches(super::tree::is_white);
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
    if next
        .trim_start_matches(super::tree::is_white)
        .starts_with('(')
    {
        return Ok((Token::Function(name), taken));
    }
    Ok((Token::Name(name), taken))
}

struct Parser<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
    depth: usize,
    /// Operators that made the tree deeper without brackets.
    chained: usize,
    resolve: &'a dyn Fn(&str) -> Option<String>,
    once: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.at).copied()
    }

    fn next(&mut self) -> Option<Token<'a>> {
        let token = self.peek();
        self.at = self.at.saturating_add(1);
        token
    }

    fn takes(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Sign(it)) if it == sign);
        if found {
            self.at = self.at.saturating_add(1);
        }
        found
    }

    fn expect(&mut self, sign: &'static str) -> Result<()> {
        if self.takes(sign) {
            Ok(())
        } else {
            Err(self.peek().map_or_else(|| unsupported(sign), unexpected))
        }
    }

    /// The first of these signs that is next.
    fn one_of<T: Copy>(&mut self, signs: &[(&str, T)]) -> Option<T> {
        let found = signs.iter().find(|(sign, _)| self.takes(sign));
        found.map(|(_, what)| *what)
    }

    fn deeper<T>(&mut self, what: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= MAX_XPATH_DEPTH {
            return Err(crate::xml::fault::limit("XPath", MAX_XPATH_DEPTH, 0));
        }
        self.depth = self.depth.saturating_add(1);
        let found = what(self);
        self.depth = self.depth.saturating_sub(1);
        found
    }

    /// Terms with one operator between them, which may be many.
    fn list(
        &mut self,
        sign: &str,
        term: fn(&mut Self) -> Result<Expr>,
        make: fn(Vec<Expr>) -> Expr,
    ) -> Result<Expr> {
        let mut all = vec![term(self)?];
        while self.takes(sign) {
            all.push(term(self)?);
        }
        match all.pop() {
            Some(only) if all.is_empty() => Ok(only),
            last => {
                all.extend(last);
                let all = all.into_iter().map(|one| self.once(one)).collect();
                Ok(make(all))
            }
        }
    }

    /// Terms with operators of one rank between them, from the left. Each makes the tree deeper.
    fn chain(
        &mut self,
        operator: fn(&mut Self) -> Option<Operator>,
        term: fn(&mut Self) -> Result<Expr>,
    ) -> Result<Expr> {
        let mut left = term(self)?;
        let mut count = 0_usize;
        while let Some(operator) = operator(self) {
            count = count.saturating_add(1);
            if count > 1 {
                self.chained = self.chained.saturating_add(1);
            }
            if self.chained > MAX_XPATH_DEPTH {
                return Err(crate::xml::fault::limit("XPath", MAX_XPATH_DEPTH, 0));
            }
            let right = term(self)?;
            let sides = Box::new([self.once(left), self.once(right)]);
            left = match operator {
                Operator::Compare(it) => Expr::Compare(it, sides),
                Operator::Arithmetic(it) => Expr::Arithmetic(it, sides),
            };
        }
        Ok(left)
    }

    fn or(&mut self) -> Result<Expr> {
        self.deeper(|it| it.list("or", Self::and, Expr::Or))
    }

    fn and(&mut self) -> Result<Expr> {
        self.list("and", Self::equality, Expr::And)
    }

    fn equality(&mut self) -> Result<Expr> {
        self.chain(
            |it| {
                let signs = [("=", Comparison::Equal), ("!=", Comparison::Unequal)];
                it.one_of(&signs).map(Operator::Compare)
            },
            Self::relation,
        )
    }

    fn relation(&mut self) -> Result<Expr> {
        self.chain(
            |it| {
                let signs = [
                    ("<=", Comparison::LessOrEqual),
                    (">=", Comparison::GreaterOrEqual),
                    ("<", Comparison::Less),
                    (">", Comparison::Greater),
                ];
                it.one_of(&signs).map(Operator::Compare)
            },
            Self::sum,
        )
    }

    fn sum(&mut self) -> Result<Expr> {
        self.chain(
            |it| {
                let signs = [("+", Arithmetic::Add), ("-", Arithmetic::Subtract)];
                it.one_of(&signs).map(Operator::Arithmetic)
            },
            Self::product,
        )
    }

    fn product(&mut self) -> Result<Expr> {
        self.chain(
            |it| {
                let signs = [
                    ("*", Arithmetic::Multiply),
                    ("div", Arithmetic::Divide),
                    ("mod", Arithmetic::Modulo),
                ];
                it.one_of(&signs).map(Operator::Arithmetic)
            },
            Self::unary,
        )
    }

    fn unary(&mut self) -> Result<Expr> {
        let mut signs = 0_usize;
        while self.takes("-") {
            signs = signs.saturating_add(1);
        }
        let inner = self.list("|", Self::path, Expr::Union)?;
        Ok(match signs {
            0 => inner,
            // Two of them make a number of it.
            _ if signs.is_multiple_of(2) => {
                Expr::Negate(Box::new(Expr::Negate(Box::new(self.once(inner)))))
            }
            _ => Expr::Negate(Box::new(self.once(inner))),
        })
    }

    fn path(&mut self) -> Result<Expr> {
        let mut steps = Vec::new();
        let start = match self.peek() {
            Some(Token::Sign("/")) => {
                self.at = self.at.saturating_add(1);
                if !self.begins_step() {
                    return Ok(Expr::Path(Start::Root, steps));
                }
                self.step(&mut steps, false)?;
                Start::Root
            }
            Some(Token::Sign("//")) => {
                self.at = self.at.saturating_add(1);
                self.step(&mut steps, true)?;
                Start::Root
            }
            Some(Token::Sign("(") | Token::Literal(_) | Token::Number(_)) => self.filter()?,
            Some(Token::Function(name)) if node_test(name).is_none() => self.filter()?,
            _ => {
                self.step(&mut steps, false)?;
                Start::Context
            }
        };
        loop {
            if self.takes("//") {
                self.step(&mut steps, true)?;
            } else if self.takes("/") {
                self.step(&mut steps, false)?;
            } else {
                break;
            }
        }
        Ok(match start {
            Start::Filter(primary, predicates) if predicates.is_empty() && steps.is_empty() => {
                *primary
            }
            start => Expr::Path(start, steps),
        })
    }

    fn filter(&mut self) -> Result<Start> {
        let primary = match self.next() {
            Some(Token::Sign("(")) => {
                let inner = self.or()?;
                self.expect(")")?;
                inner
            }
            Some(Token::Literal(text)) => Expr::Literal(text.to_owned()),
            Some(Token::Number(number)) => Expr::Number(number),
            Some(Token::Function(name)) => self.call(name)?,
            Some(token) => return Err(unexpected(token)),
            None => return Err(unsupported("")),
        };
        let predicates = self.predicates()?;
        Ok(Start::Filter(Box::new(self.once(primary)), predicates))
    }

    fn call(&mut self, name: &'a str) -> Result<Expr> {
        if name == "here" {
            return Err(Error::new(ErrorKind::Unsupported, &rules::HERE));
        }
        let (function, least, most) = function(name).ok_or_else(|| unsupported(name))?;
        self.expect("(")?;
        let mut arguments = Vec::new();
        if !self.takes(")") {
            loop {
                let argument = self.or()?;
                arguments.push(self.once(argument));
                if !self.takes(",") {
                    break;
                }
            }
            self.expect(")")?;
        }
        if !(least..=most).contains(&arguments.len()) {
            return Err(unsupported(name));
        }
        Ok(Expr::Call(function, arguments))
    }

    fn predicates(&mut self) -> Result<Vec<Expr>> {
        let mut all = Vec::new();
        while self.takes("[") {
            let one = self.or()?;
            all.push(self.once(one));
            self.expect("]")?;
        }
        Ok(all)
    }

    fn begins_step(&self) -> bool {
        matches!(
            self.peek(),
            Some(
                Token::Name(_)
                    | Token::Axis(_)
                    | Token::Function(_)
                    | Token::Sign("@" | "." | "..")
            )
        )
    }

    fn step(&mut self, steps: &mut Vec<Step>, below: bool) -> Result<()> {
        let all = |axis| Step {
            axis,
            test: Test::Node,
            predicates: Vec::new(),
        };
        let short = if self.takes("..") {
            Some(all(Axis::Parent))
        } else if self.takes(".") {
            Some(all(Axis::Itself))
        } else {
            None
        };
        let mut step = match short {
            Some(step) => step,
            None => self.full_step()?,
        };
        if below {
            // `//a` is every descendant, unless predicates count among siblings.
            if step.axis == Axis::Child && step.predicates.is_empty() {
                step.axis = Axis::Descendant;
            } else if step.axis == Axis::Itself {
                step.axis = Axis::DescendantOrSelf;
            } else {
                steps.push(all(Axis::DescendantOrSelf));
            }
        }
        steps.push(step);
        Ok(())
    }

    fn full_step(&mut self) -> Result<Step> {
        let axis = match self.peek() {
            Some(Token::Sign("@")) => {
                self.at = self.at.saturating_add(1);
                Axis::Attribute
            }
            Some(Token::Axis(name)) => {
                self.at = self.at.saturating_add(1);
                axis(name).ok_or_else(|| unsupported(name))?
            }
            _ => Axis::Child,
        };
        let test = match self.next() {
            Some(Token::Name(name)) => self.name_test(name)?,
            Some(Token::Function(name)) => {
                let mut test = node_test(name).ok_or_else(|| unsupported(name))?;
                self.expect("(")?;
                if let (Test::Instruction(target), Some(Token::Literal(named))) =
                    (&mut test, self.peek())
                {
                    *target = Some(named.to_owned());
                    self.at = self.at.saturating_add(1);
                }
                self.expect(")")?;
                test
            }
            Some(token) => return Err(unexpected(token)),
            None => return Err(unsupported("")),
        };
        let predicates = self.predicates()?;
        Ok(Step {
            axis,
            test,
            predicates,
        })
    }

    fn name_test(&self, name: &str) -> Result<Test> {
        let Some((prefix, local)) = name.split_once(':') else {
            return Ok(match name {
                "*" => Test::Any,
                name => Test::Name {
                    namespace: String::new(),
                    local: name.to_owned(),
                },
            });
        };
        let namespace = (self.resolve)(prefix).ok_or_else(|| unsupported(name))?;
        Ok(match local {
            "*" => Test::InNamespace(namespace),
            local => Test::Name {
                namespace,
                local: local.to_owned(),
            },
        })
    }

    /// Marks an expression that does not look at its context. What costs nothing is left as it is.
    fn once(&mut self, expr: Expr) -> Expr {
        if matches!(expr, Expr::Literal(_) | Expr::Number(_) | Expr::Once(..)) || !is_free(&expr) {
            return expr;
        }
        let number = self.once;
        self.once = self.once.saturating_add(1);
        Expr::Once(number, Box::new(expr))
    }
}

#[derive(Clone, Copy)]
enum Operator {
    Compare(Comparison),
    Arithmetic(Arithmetic),
}

/// Whether it gives the same for every node.
fn is_free(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(_) | Expr::Number(_) | Expr::Once(..) => true,
        Expr::Or(all) | Expr::And(all) | Expr::Union(all) => all.iter().all(is_free),
        Expr::Compare(_, sides) | Expr::Arithmetic(_, sides) => sides.iter().all(is_free),
        Expr::Negate(inner) => is_free(inner),
        Expr::Call(Function::Last | Function::Position | Function::Lang, _) => false,
        Expr::Call(Function::True | Function::False, _) => true,
        Expr::Call(_, arguments) => !arguments.is_empty() && arguments.iter().all(is_free),
        // Predicates look at the nodes of the path itself.
        Expr::Path(Start::Root, _) => true,
        Expr::Path(Start::Filter(primary, _), _) => is_free(primary),
        Expr::Path(Start::Context, _) => false,
    }
}

fn node_test(name: &str) -> Option<Test> {
    Some(match name {
        "node" => Test::Node,
        "text" => Test::Text,
        "comment" => Test::Comment,
        "processing-instruction" => Test::Instruction(None),
        _ => return None,
    })
}

fn axis(name: &str) -> Option<Axis> {
    Some(match name {
        "ancestor" => Axis::Ancestor,
        "ancestor-or-self" => Axis::AncestorOrSelf,
        "attribute" => Axis::Attribute,
        "child" => Axis::Child,
        "descendant" => Axis::Descendant,
        "descendant-or-self" => Axis::DescendantOrSelf,
        "following" => Axis::Following,
        "following-sibling" => Axis::FollowingSibling,
        "namespace" => Axis::Namespace,
        "parent" => Axis::Parent,
        "preceding" => Axis::Preceding,
        "preceding-sibling" => Axis::PrecedingSibling,
        "self" => Axis::Itself,
        _ => return None,
    })
}
