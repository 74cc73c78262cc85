//! Speed by stage and of the whole decision, on the shipped pack and on generated ones; the answer is asserted, so a bench is also a test.
//!
//! Generated packs: seeded, a Zipf vocabulary of made-up words, rules of two words and a concept. `GUICHET_BENCH_LARGE=1` adds a million rules.
#![allow(missing_docs, clippy::disallowed_methods)]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use guichet::directory::communes::Communes;
use guichet::engine::Engine;
use guichet::matching::Findings;
use guichet::matching::phrases::Scope;
use guichet::rules::{Level, Pack, SourceFile};
use guichet::text::Text;
use std::hint::black_box;

const SHORT: &str = "Bonsoir, je ne sais pas si c'est bien ici mais il y a quelqu'un dans ma maison, j'entends marcher au rez-de-chaussée, je suis enfermée dans la salle de bain avec mes deux enfants, venez vite s'il vous plaît";

fn files() -> Vec<SourceFile> {
    guichet::rules::read::folder(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/rules"))).expect("the pack")
}

fn engine(files: Vec<SourceFile>) -> Engine {
    Engine::new(Pack::compile(files).map_err(|f| f.len()).expect("compiles").0)
}

/// A word of the made-up vocabulary; low ranks come often.
fn word(seed: &mut u64, vocabulary: u64) -> String {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    // Zipf by inversion: rank = vocabulary^u.
    let u = (*seed >> 11) as f64 / (1u64 << 53) as f64;
    let mut rank = (vocabulary as f64).powf(u) as u64;
    let mut w = String::from("z");
    for _ in 0..4 {
        w.push(b"bcdfgklmnprstvz"[(rank % 15) as usize] as char);
        w.push(b"aeiou"[(rank / 15 % 5) as usize] as char);
        rank /= 75;
    }
    w
}

fn generated(rules: usize) -> (Vec<SourceFile>, String) {
    let mut seed = 0x2018_0227;
    let vocabulary = (rules as u64).max(2_000) * 2;
    let mut text = String::new();
    for i in 0..rules {
        let (a, b, c) = (word(&mut seed, vocabulary), word(&mut seed, vocabulary), word(&mut seed, vocabulary));
        text += &format!(
            "[[emergency]]\nid = \"r.{i}\"\ncategory = \"arme\"\nall = [\"={a}\", \"={b}\"]\nany = [\"={c}\", \"={a} ={b}\"]\nmatches = [\"{a} {b} {c}\"]\nignores = [\"x\"]\n"
        );
    }
    let message: Vec<String> = (0..24).map(|_| word(&mut seed, vocabulary)).collect();
    let pack = SourceFile { path: "pack.toml".into(), text: "name = \"bench\"\nversion = \"1\"".into() };
    (vec![pack, SourceFile { path: "emergencies/r.toml".into(), text }], message.join(" "))
}

/// The median and the 99th percentile of single decisions, in microseconds: criterion times batches, which hide the slow ones.
fn percentiles(engine: &Engine, message: &str) -> (f64, f64) {
    let mut times: Vec<f64> = (0..20_000)
        .map(|_| {
            let started = std::time::Instant::now();
            black_box(engine.decide(black_box(message)));
            started.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times[times.len() * 99 / 100])
}

/// Resident memory of this process, in bytes. Source: proc(5), `statm`, in pages of 4 KiB.
fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap_or(0) * 4096
}

fn shipped(c: &mut Criterion) {
    let all = engine(files());
    let rules = engine(files().into_iter().filter(|f| !f.path.starts_with("faq/")).collect());
    let mut g = c.benchmark_group("200-bytes");
    g.throughput(Throughput::Bytes(SHORT.len() as u64));
    let mut text = Text::default();
    g.bench_function("text", |b| b.iter(|| text.reread(black_box(SHORT))));
    let mut findings = Findings::default();
    g.bench_function("text+matching", |b| b.iter(|| findings.read(rules.pack(), black_box(SHORT), Scope::Decision)));
    g.bench_function("decision, rules alone", |b| {
        b.iter(|| {
            let d = rules.decide(black_box(SHORT));
            assert!(d.emergency.is_some_and(|e| e.level == Level::Now));
        })
    });
    g.bench_function("decision, whole pack", |b| {
        b.iter(|| {
            let d = all.decide(black_box(SHORT));
            assert!(d.emergency.is_some_and(|e| e.level == Level::Now));
        })
    });
    g.finish();
    for (name, engine) in [("rules alone", &rules), ("whole pack", &all)] {
        let (median, p99) = percentiles(engine, SHORT);
        eprintln!("single decisions, {name}: median {median:.1} µs, 99th percentile {p99:.1} µs");
    }
    let long: String = SHORT.repeat(65_536 / SHORT.len());
    let mut g = c.benchmark_group("64-kilobytes");
    g.sample_size(20).throughput(Throughput::Bytes(long.len() as u64));
    g.bench_function("decision, rules alone", |b| b.iter(|| assert!(rules.decide(black_box(&long)).emergency.is_some())));
    g.finish();
}

fn places(c: &mut Criterion) {
    let france = Communes::france().expect("the embedded tables");
    const MESSAGE: &str = "Bonjour, j'habite à Saint-Denis dans le 93, à côté de la mairie, on m'a volé mon vélo à St Ouen hier soir";
    c.bench_function("communes of a message", |b| b.iter(|| assert!(!france.recognise(black_box(MESSAGE)).mentions.is_empty())));
}

fn scale(c: &mut Criterion) {
    let mut sizes = vec![1_000, 10_000, 100_000];
    if std::env::var("GUICHET_BENCH_LARGE").is_ok() {
        sizes.push(1_000_000);
    }
    let mut g = c.benchmark_group("rules");
    for n in sizes {
        let (files, message) = generated(n);
        let before = resident();
        let started = std::time::Instant::now();
        let engine = engine(files);
        let seconds = started.elapsed().as_secs_f64();
        // What compiling freed and the allocator kept is counted too: an upper bound.
        eprintln!("{n} rules compiled in {seconds:.2} s, at most {} bytes a rule", resident().saturating_sub(before) / n);
        let expected = engine.decide(&message);
        g.bench_with_input(BenchmarkId::from_parameter(n), &message, |b, m| b.iter(|| assert_eq!(engine.decide(black_box(m)).emergency, expected.emergency)));
    }
    g.finish();
}

criterion_group!(benches, shipped, places, scale);
criterion_main!(benches);
