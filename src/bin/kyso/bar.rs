//! A bar on a terminal, for work that takes a while.

use std::{
    fs,
    io::{IsTerminal, stderr, stdout},
    ops::ControlFlow,
    path::Path,
    sync::Arc,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use kyso::{Context, Lang, Progress, Stage};

/// Smaller files are done before anybody could read a bar.
const WORTH_A_BAR_BYTES: u64 = 8 << 20;

/// Drawings a second.
const DRAWN_A_SECOND: u8 = 10;

/// The bar of a command, or nothing: it is drawn only where a person looks at all of the output.
pub(crate) struct Bar {
    bar: Option<ProgressBar>,
    files: usize,
    lang: Lang,
}

impl Bar {
    pub(crate) fn new<P: AsRef<Path>>(files: &[P], lang: Lang) -> Self {
        let size = |file: &P| fs::metadata(file).map_or(0, |metadata| metadata.len());
        let worth = files.len() > 1 || files.iter().any(|file| size(file) >= WORTH_A_BAR_BYTES);
        let seen = worth && stderr().is_terminal() && stdout().is_terminal();
        let bar = seen.then(|| {
            let target = ProgressDrawTarget::stderr_with_hz(DRAWN_A_SECOND);
            let bar = ProgressBar::with_draw_target(None, target);
            let style = "{prefix}{msg} [{bar:30}] {percent:>3} %";
            bar.with_style(
                ProgressStyle::with_template(style)
                    .unwrap_or_else(|_| ProgressStyle::default_bar()),
            )
        });
        let files = files.len();
        Self { bar, files, lang }
    }

    /// A context whose work moves the bar. `index` is the place of the file, from 0.
    pub(crate) fn watch(&self, context: &Context, index: usize) -> Context {
        let Some(bar) = self.bar.clone() else {
            return context.clone();
        };
        if self.files > 1 {
            bar.set_prefix(format!("{}/{} ", index + 1, self.files));
        }
        let lang = self.lang;
        context.with_progress(Arc::new(move |progress: Progress| {
            bar.set_message(doing(progress.stage, lang));
            bar.set_length(progress.total);
            bar.set_position(progress.done);
            ControlFlow::Continue(())
        }))
    }

    /// Writes something else: the bar makes room.
    pub(crate) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn doing(stage: Stage, lang: Lang) -> &'static str {
    let (vi, en) = match stage {
        Stage::Repairing => ("Dò lại tệp hỏng", "Searching the damaged file"),
        Stage::Digesting => ("Đọc tệp", "Reading"),
        Stage::Signing => ("Ký", "Signing"),
        Stage::Confirming => ("Kiểm tra lại", "Checking again"),
        Stage::Writing => ("Ghi tệp", "Writing"),
        Stage::Inspecting => ("Xem các phiên bản", "Looking at revisions"),
        _ => ("Đang xử lý", "Working"),
    };
    match lang {
        Lang::Vi => vi,
        Lang::En => en,
    }
}
