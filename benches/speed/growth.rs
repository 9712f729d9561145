//! By how much each visible signature after the first makes the file longer.

use kyso::Key;

use crate::{
    files::{self, Demo},
    limit::values,
    measure::Outcome,
};

/// Bytes that a signature may cost besides twice its CMS.
const STRUCTURE: usize = 1_600;

pub(crate) fn table(demo: &Demo) -> Outcome<()> {
    println!("### Growth of each visible signature after the first (of six, in one call)\n");
    println!(
        "| certificates in the CMS (RSA-2048 leaf) | bytes, largest | CMS bytes | besides twice the CMS | goal bytes | within the goal |"
    );
    println!("|---|---:|---:|---:|---:|---|");
    for (what, embedded, most) in [("leaf", 0, 5_000), ("leaf + issuer", 1, 7_000)] {
        let key = |name: &str| -> Outcome<Key> {
            let (private, chain) = demo.parts(name)?;
            let issuers = chain.get(1..=embedded).unwrap_or_default().concat();
            let issuers = (embedded > 0).then_some(issuers.as_slice());
            Ok(Key::from_pem(&private, &chain[0], issuers, None)?)
        };
        let signed = files::six(
            files::scan(10_000),
            &key("person.p12")?,
            &key("organisation.p12")?,
        )?;
        let ends: Vec<usize> = memchr::memmem::find_iter(&signed, b"%%EOF\n").collect();
        let sizes = values(&signed)?.into_iter().map(|value| value.len());
        let growth = ends.windows(2).map(|pair| pair[1] - pair[0]);
        // The first revision brings the fields and the font.
        let (bytes, value) = growth.zip(sizes).skip(1).max().ok_or("no signatures")?;
        let goal = most.min(2 * value + STRUCTURE);
        let within = if bytes <= goal { "yes" } else { "**no**" };
        println!(
            "| {what} | {bytes} | {value} | {} | {goal} | {within} |",
            bytes - 2 * value
        );
    }
    println!();
    Ok(())
}
