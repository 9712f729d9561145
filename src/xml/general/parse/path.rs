//! Paths, calls and what stands in brackets.

use super::{Parser, tokens::Token, unexpected};
use crate::{
    error::{Error, ErrorKind, Result},
    text::rules::xml as rules,
    xml::general::{
        expression::{Axis, Expr, Start, Step, Test, axis, function, node_test},
        unsupported,
    },
};

impl<'a> Parser<'a> {
    pub(super) fn path(&mut self) -> Result<Expr> {
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
}
