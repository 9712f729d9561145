//! Signing six visible ones on 1 MB in one call.

use std::sync::Arc;

use kyso::{Key, MemorySource, load_context, sign_six};

use crate::{
    files::{self, Demo},
    limit::SigningLimit,
    measure::{Outcome, interleaved, median, timed},
};

const SIGNATURES: usize = 6;

const ROUNDS: usize = 41;

/// The goal for a call, in milliseconds.
fn goal(limit_ms: f64) -> f64 {
    1.25 * limit_ms + 0.3 * SIGNATURES as f64
}

pub(crate) fn table(demo: &Demo) -> Outcome<()> {
    println!("### Signing six visible ones in one call, keys open, images and font prepared\n");
    println!(
        "| document | one pass + six private-key operations ms | goal ms | kyso ms | kyso / that | within the goal |"
    );
    println!("|---|---:|---:|---:|---:|---|");
    let (person, organisation) = (demo.key("person.p12")?, demo.key("organisation.p12")?);
    let (first, others) = (
        demo.parts("person.p12")?.0,
        demo.parts("organisation.p12")?.0,
    );
    let keys: Vec<&[u8]> = std::iter::once(first.as_slice())
        .chain(std::iter::repeat_n(others.as_slice(), SIGNATURES - 1))
        .collect();
    let context = files::signing_context()?;
    for (name, bytes) in [("100K", 100_000), ("1M", 1_000_000), ("10M", 10_000_000)] {
        let base = files::scan(bytes);
        let limit = SigningLimit::new(&base, &keys)?;
        let source = Arc::new(MemorySource::new(base));
        let mut failed = None;
        let [limit, signing] = interleaved(
            ROUNDS,
            [&mut || limit.run(), &mut || match sign_six(
                &context,
                source.clone(),
                &person,
                &organisation,
            ) {
                Ok(signed) => drop(std::hint::black_box(signed)),
                Err(error) => failed = Some(error),
            }],
        );
        if let Some(error) = failed {
            return Err(error.into());
        }
        let goal = goal(limit);
        let within = if signing <= goal { "yes" } else { "**no**" };
        println!(
            "| {name} | {limit:.3} | {goal:.3} | {signing:.3} | {:.2} | {within} |",
            signing / limit
        );
    }
    let pkcs12 = demo.pkcs12("person.p12")?;
    let mut open: Vec<f64> = (0..9)
        .map(|_| timed(|| Key::from_pkcs12(&pkcs12, "kyso-demo")))
        .collect();
    let mut prepare: Vec<f64> = (0..9).map(|_| timed(files::assets)).collect();
    let mut context: Vec<f64> = (0..9)
        .map(|_| timed(|| load_context(kyso::Options::default())))
        .collect();
    println!(
        "\nPreparation, not in these times: both pictures (drawn by the bench, then read) {:.2} ms, a context {:.3} ms, a key out of PKCS#12 {:.2} ms.\n",
        median(&mut prepare),
        median(&mut context),
        median(&mut open)
    );
    Ok(())
}
