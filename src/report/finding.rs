use crate::{
    error::Place,
    text::{Lang, Rule, Severity},
};

/// Something that was noticed: a code, its arguments, a weight and a place. The text comes from the rule list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    rule: &'static Rule,
    arguments: Vec<String>,
    severity: Severity,
    place: Option<Place>,
}

impl Finding {
    /// A finding of the weight that its rule has.
    pub(crate) fn new(rule: &'static Rule) -> Self {
        Self {
            rule,
            arguments: Vec::new(),
            severity: rule.severity,
            place: None,
        }
    }

    /// Adds the next argument of the text.
    #[must_use]
    pub(crate) fn with(mut self, argument: impl std::fmt::Display) -> Self {
        self.arguments.push(argument.to_string());
        self
    }

    /// Adds the place.
    #[must_use]
    pub(crate) fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// With another weight than the rule's: what is an error under one policy may be a warning under another.
    #[must_use]
    pub(crate) fn weighing(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.rule.code
    }

    /// How much it weighs.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// Where it was noticed.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.place
    }

    /// The text for people, without the place.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        self.rule.message(lang, &self.arguments)
    }

    /// The arguments of its text.
    pub(crate) fn arguments(&self) -> &[String] {
        &self.arguments
    }

    /// Whether it follows this rule.
    #[cfg(test)]
    pub(crate) fn is(&self, rule: &'static Rule) -> bool {
        self.rule.code == rule.code
    }
}
