//! Settings that a plan is made of, checked.

use unicode_normalization::UnicodeNormalization;

use crate::{
    context::Context,
    error::{Error, ErrorKind, Result},
    geometry::Rect,
    layout::{Assets, Shown},
    options::{LockOption, Options},
    pdf::field::{Lock, LockAction},
    sign::machine::VIET_NAM,
    text::rules,
    time::Time,
};

/// The forms of copies (Decree 30/2020, art. 25; annex I, part II.I.1).
const COPY_FORMS: [&str; 3] = ["SAO Y", "SAO LỤC", "TRÍCH SAO"];

/// Sizes that can be set for a seal: from a stamp for initials to the largest in use, generously.
const SEAL_SETTING_MM: std::ops::RangeInclusive<f64> = 5.0..=100.0;

/// What boxes show, as far as settings say it.
pub(super) struct Texts {
    pub(super) number: String,
    date: (i32, u8, u8),
    signed: String,
    copy: String,
    seal_mm: Option<f64>,
}

impl Texts {
    pub(super) fn read(context: &Context) -> Result<Self> {
        let options = context.options();
        let number = options.number.as_deref().unwrap_or_default().trim();
        let copy = options.copy_form.as_deref().unwrap_or(COPY_FORMS[0]).nfc();
        let copy: String = copy.collect();
        if !COPY_FORMS.contains(&copy.as_str()) {
            return Err(value("--copy-form", &copy));
        }
        let seal_mm = options.seal_size_mm;
        if let Some(mm) = seal_mm.filter(|mm| !SEAL_SETTING_MM.contains(mm)) {
            return Err(value("--seal-size-mm", mm));
        }
        Ok(Self {
            number: number.to_owned(),
            date: date(context)?,
            signed: signed(context.now()),
            copy,
            seal_mm,
        })
    }

    /// Circular 01/2019 signs the number, and appendices show it, so there it has to be known.
    pub(super) fn require_number(&self) -> Result<()> {
        if !self.number.is_empty() {
            return Ok(());
        }
        Err(
            Error::new(ErrorKind::Argument, &rules::sign::OPTION_REQUIRED)
                .with("--number")
                .with("12/QĐ-UBND"),
        )
    }

    pub(super) fn shown<'a>(
        &'a self,
        person: &'a str,
        organisation: &'a str,
        assets: &'a Assets,
    ) -> Shown<'a> {
        Shown {
            person,
            organisation,
            number: &self.number,
            date: self.date,
            signed: &self.signed,
            copy: &self.copy,
            seal_mm: self.seal_mm,
            assets,
        }
    }
}

/// The time of signing as lines on copies and appendices have it: day, time, and the zone by ISO 8601.
fn signed(now: Time) -> String {
    let (year, month, day, hour, minute, second) = now.civil(VIET_NAM);
    format!("{day:02}/{month:02}/{year:04}; {hour:02}:{minute:02}:{second:02} +07:00")
}

/// The date of the document: as given, else the day in Viet Nam.
pub(super) fn date(context: &Context) -> Result<(i32, u8, u8)> {
    let Some(text) = &context.options().date else {
        let (year, month, day, ..) = context.now().civil(VIET_NAM);
        return Ok((year, month, day));
    };
    // Noon: no zone can move it to another day.
    Time::from_rfc3339(&format!("{text}T12:00:00Z"))
        .map(|time| {
            let (year, month, day, ..) = time.civil(0);
            (year, month, day)
        })
        .ok_or_else(|| value("--date", text))
}

pub(super) fn rect(options: &Options) -> Result<Option<Rect>> {
    let Some([x0, y0, x1, y1]) = options.rect else {
        return Ok(None);
    };
    let rect = Rect::from_corners(x0, y0, x1, y1);
    // The bound of user space in practice (ISO 32000-1 annex C.2).
    if [x0, y0, x1, y1]
        .iter()
        .all(|n| n.is_finite() && n.abs() <= 14_400.0)
    {
        return Ok(Some(rect));
    }
    Err(value("--rect", format!("{x0},{y0},{x1},{y1}")))
}

pub(super) fn lock(option: &LockOption) -> Lock {
    let action = match option {
        LockOption::All => LockAction::All,
        LockOption::Include(names) => LockAction::Include(names.clone()),
        LockOption::Exclude(names) => LockAction::Exclude(names.clone()),
    };
    Lock {
        action,
        permission: None,
    }
}

fn value(option: &str, value: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Argument, &rules::sign::OPTION_VALUE)
        .with(option)
        .with(value)
}
