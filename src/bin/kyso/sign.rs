//! `kyso sign pdf` and `kyso sign six`.

use std::{path::Path, sync::Arc};

use kyso::{
    Context, Error, FileSource, Lang, Signed, Source, check_replaceable, load_context, replace,
    sign_pdf, sign_six,
};
use serde_json::json;

use crate::{
    args::{Format, SignPdfArgs, SignSixArgs, SigningArgs},
    bar::Bar,
    failure::{Exit, Failure},
    keys,
    output::print_line,
};

/// One signature.
pub(crate) fn pdf(args: &SignPdfArgs) -> Result<Exit, Failure> {
    args.refuse_unsupported()?;
    let context = args
        .signing
        .password
        .apply(load_context(args.settings()?)?)?;
    check_replaceable(&args.signing.output, context.options().force)?;
    let key = keys::open(
        &args.key,
        args.signing.secret().as_ref(),
        context.options().lang,
    )?;
    finish(&args.signing, &context, |context, source| {
        sign_pdf(context, source, &key)
    })
}

/// The six signatures of Circular 01/2019, or the two of Decree 30/2020.
pub(crate) fn six(args: &SignSixArgs) -> Result<Exit, Failure> {
    args.refuse_unsupported()?;
    let context = args
        .signing
        .password
        .apply(load_context(args.settings()?)?)?;
    check_replaceable(&args.signing.output, context.options().force)?;
    let secret = args.signing.secret();
    let person = keys::open(&args.person, secret.as_ref(), context.options().lang)?;
    let organisation = keys::open(&args.organisation, secret.as_ref(), context.options().lang)?;
    finish(&args.signing, &context, |context, source| {
        sign_six(context, source, &person, &organisation)
    })
}

fn finish<F>(args: &SigningArgs, context: &Context, sign: F) -> Result<Exit, Failure>
where
    F: Fn(&Context, Arc<dyn Source>) -> Result<Signed, Error>,
{
    let bar = Bar::new(&[&args.input], context.options().lang);
    let attempt = |context: &Context| {
        let source = Arc::new(FileSource::open(&args.input)?);
        sign(&bar.watch(context, 0), source)
    };
    let signed = attempt(context).or_else(|error| {
        match bar.aside(|| args.password.ask(context, &error, &args.input)) {
            Some(context) => attempt(&context),
            None => Err(error),
        }
    });
    let signed = signed.map_err(|error| match error.code() {
        "password-required" | "password-wrong" => Failure::from(error).about(&args.input),
        _ => Failure::from(error),
    })?;
    replace(&args.output, context.options().force, |out| {
        signed.write_to(out)
    })?;
    drop(bar);
    notes(&signed, context.options().lang);
    tell(&args.output, &signed, args.format, context.options().lang)
}

/// What is worth knowing about the result.
pub(crate) fn notes(signed: &Signed, lang: Lang) {
    for finding in signed.findings() {
        eprintln!("kyso: {} [{}]", finding.message(lang), finding.code());
    }
}

/// The result is the file; what is printed only says where it lies.
pub(crate) fn tell(
    output: &Path,
    signed: &Signed,
    format: Format,
    lang: Lang,
) -> Result<Exit, Failure> {
    let output = output.display().to_string();
    match (format, lang) {
        (Format::Json, _) => {
            print_line(
                &json!({"schema": "kyso.signed/1", "file": output, "size": signed.size()})
                    .to_string(),
                Exit::Done,
            )?;
        }
        (_, Lang::Vi) => eprintln!("Đã ký: {output}"),
        (_, Lang::En) => eprintln!("Signed: {output}"),
    }
    Ok(Exit::Done)
}
