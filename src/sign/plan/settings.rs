//! Settings that a plan is made of, checked.

use crate::{
    context::Context,
    error::{Error, ErrorKind, Result},
    geometry::Rect,
    options::{LockOption, Options},
    pdf::field::{Lock, LockAction},
    sign::machine::VIET_NAM,
    text::rules,
};

/// Circular 01/2019 signs the number, so it has to be known; Decree 30/2020 does not.
pub(super) fn number(options: &Options) -> Result<&str> {
    match (options.scheme, options.number.as_deref().map(str::trim)) {
        (_, Some(number)) if !number.is_empty() => Ok(number),
        (crate::options::Scheme::Decree30, _) => Ok(""),
        _ => Err(
            Error::new(ErrorKind::Argument, &rules::sign::OPTION_REQUIRED)
                .with("--number")
                .with("12/QĐ-UBND"),
        ),
    }
}

/// The date of the document: as given, else the day in Viet Nam.
pub(super) fn date(context: &Context) -> Result<(i32, u8, u8)> {
    let Some(text) = &context.options().date else {
        let (year, month, day, ..) = context.now().civil(VIET_NAM);
        return Ok((year, month, day));
    };
    // Noon: no zone can move it to another day.
    crate::time::Time::from_rfc3339(&format!("{text}T12:00:00Z"))
        .map(|time| {
            let (year, month, day, ..) = time.civil(0);
            (year, month, day)
        })
        .ok_or_else(|| {
            Error::new(ErrorKind::Argument, &rules::sign::OPTION_VALUE)
                .with("--date")
                .with(text)
        })
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
    let shown = format!("{x0},{y0},{x1},{y1}");
    Err(Error::new(ErrorKind::Argument, &rules::sign::OPTION_VALUE)
        .with("--rect")
        .with(shown))
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
