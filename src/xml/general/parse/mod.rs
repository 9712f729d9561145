//! XPath 1.0 expressions, read (clauses 2 and 3): operators by their rank here, [`path`]s below them.

mod path;
mod tokens;

use super::{
    expression::{Arithmetic, Comparison, Expr, Parsed, is_free},
    unsupported,
};
use crate::{
    error::{Error, Result},
    limits::{MAX_XPATH_DEPTH, MAX_XPATH_LENGTH},
    xml::fault,
};
use tokens::{Token, tokens};

/// Reads an expression. `resolve` gives the namespace that a prefix stands for where the expression is written.
///
/// # Errors
/// `Unsupported` for what is no expression, unknown functions, variables, `here()`; `Limit` by length and depth.
pub(super) fn parse(text: &str, resolve: &dyn Fn(&str) -> Option<String>) -> Result<Parsed> {
    if text.len() > MAX_XPATH_LENGTH {
        return Err(fault::limit("XPath", MAX_XPATH_LENGTH, 0));
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
            return Err(fault::limit("XPath", MAX_XPATH_DEPTH, 0));
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
                return Err(fault::limit("XPath", MAX_XPATH_DEPTH, 0));
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
