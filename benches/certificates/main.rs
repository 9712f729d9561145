//! The speed of certificates: a chain against its public-key operations and against peers, threads on one context, a list
//! of a million entries.

#[path = "../speed/measure.rs"]
#[expect(dead_code, reason = "the bench of documents needs all of it")]
mod measure;

mod chain;
mod lists;
mod pki;
mod threads;

fn main() -> measure::Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some((first, files)) = arguments.split_first()
        && first == lists::MEMORY
    {
        return lists::memory(files);
    }
    println!("{}\n", measure::machine());
    chain::run()?;
    threads::run()?;
    lists::run()
}

fn verdict(met: bool) -> &'static str {
    if met { "yes" } else { "**no**" }
}
