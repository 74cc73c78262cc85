//! Guichet as a yardstick: what measure.py does, for a pack made by `guichet import`. Command line: PACK ASKED.

use guichet::corpus::labelled;
use guichet::engine::Engine;
use guichet::rules::Pack;
use std::time::Instant;

const WARM: usize = 200;
const TOP: usize = 3;

/// Bytes of this process's memory. Source: proc(5), `status`, in KiB.
fn memory(name: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let row = status.lines().find_map(|l| l.strip_prefix(name)).unwrap_or("");
    row.split_whitespace().nth(1).and_then(|kib| kib.parse::<usize>().ok()).unwrap_or(0) * 1024
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [pack, asked] = &args[..] else { return Err("give PACK ASKED".into()) };
    let started = Instant::now();
    let (pack, _) = Pack::load(pack.as_ref()).map_err(|found| format!("the pack has {} mistakes", found.len()))?;
    let engine = Engine::new(pack);
    let training = started.elapsed().as_secs_f64();
    let mut found = Vec::new();
    let asked = labelled::parse(asked, &std::fs::read(asked)?, &mut found);
    if !found.is_empty() {
        return Err(format!("{} malformed lines", found.len()).into());
    }
    for a in asked.iter().take(WARM) {
        engine.decide(&a.text);
    }
    let (mut ranked, mut microseconds) = (Vec::new(), Vec::new());
    for a in &asked {
        let started = Instant::now();
        let decision = engine.decide(&a.text);
        microseconds.push(started.elapsed().as_secs_f64() * 1e6);
        ranked.push(decision.answers.into_iter().take(TOP).map(|r| r.faq).collect::<Vec<_>>());
    }
    println!("{}", serde_json::json!({"ranked": ranked, "microseconds": microseconds, "training": training, "resident": memory("VmRSS"), "peak": memory("VmHWM")}));
    Ok(())
}
