//! What was noticed while reading: bounded, and split into what is merely odd and what makes the file ambiguous.

use crate::{limits::MAX_FINDINGS, report::Finding, text::rules};

/// Findings, and whether the file had to be repaired or can be read in more than one way.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    findings: Vec<Finding>,
    ambiguous: bool,
}

impl Notes {
    /// Odd, but there is one way to read it.
    pub(crate) fn note(&mut self, finding: Finding) {
        if self.findings.contains(&finding) {
            return;
        }
        match self.findings.len() {
            count if count < MAX_FINDINGS => self.findings.push(finding),
            MAX_FINDINGS => self.findings.push(Finding::new(&rules::pdf::MORE_FINDINGS)),
            _ => {}
        }
    }

    /// Other readers may see something else.
    pub(crate) fn ambiguous(&mut self, finding: Finding) {
        self.ambiguous = true;
        self.note(finding);
    }

    pub(crate) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    pub(crate) fn is_ambiguous(&self) -> bool {
        self.ambiguous
    }
}
