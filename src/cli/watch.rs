//! `guichet watch`: the verdict again each time a file of the pack is saved.

use super::{Cli, End, show};
use crate::corpus::{self, Case};
use crate::rules::Pack;
use crate::workshop::faults::{self, Faults};
use clap::Args;
use std::path::PathBuf;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

/// An editor writes several times: wait until it is quiet.
const QUIET: Duration = Duration::from_millis(100);

/// Tells, each time a file is saved, the mistakes of the pack, or what broke and what was mended among its examples and the corpus.
#[derive(Args)]
#[command(after_help = "Examples:\n  guichet watch\n  guichet watch --corpus my-messages")]
pub struct Watch {
    /// Folder of the corpus; without one only the examples inside the rules are run.
    #[arg(long, default_value = "corpus")]
    corpus: PathBuf,
}

impl Watch {
    pub(super) fn run(&self, cli: &Cli) -> End {
        use notify::Watcher;
        let cases = match self.corpus.is_dir().then(|| corpus::load(&self.corpus)).transpose() {
            Ok(cases) => cases.unwrap_or_default(),
            Err(found) => {
                show(&found);
                return End::CouldNot(format!("the corpus {} has mistakes", self.corpus.display()));
            }
        };
        let (tell, told) = channel();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|e| !e.kind.is_access()) {
                // Nobody listens any more: the program ends.
                let _ = tell.send(());
            }
        });
        let watched = watcher.and_then(|mut w| w.watch(&cli.rules, notify::RecursiveMode::Recursive).map(|()| w));
        let _kept = match watched {
            Ok(w) => w,
            Err(e) => return End::CouldNot(format!("cannot watch {}: {e}", cli.rules.display())),
        };
        let mut last = None;
        loop {
            look(cli, &cases, &mut last);
            if told.recv().is_err() {
                return End::Well;
            }
            while told.recv_timeout(QUIET).is_ok() {}
        }
    }
}

/// Runs everything and tells what changed since the last pack that compiled.
fn look(cli: &Cli, cases: &[Case], last: &mut Option<Faults>) {
    let start = Instant::now();
    match Pack::files(&cli.rules).and_then(|files| faults::of(files, cases)) {
        Ok(now) => {
            match last {
                Some(before) => print!("{}", now.since(before)),
                None => println!("{}", now.total()),
            }
            *last = Some(now);
        }
        Err(found) => {
            show(&found);
            println!("{} mistakes", found.len());
        }
    }
    println!("— {} ms", start.elapsed().as_millis());
}
