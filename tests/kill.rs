//! The server is killed at random moments under load, on both databases: no acknowledged message is lost, none is doubled.
//!
//! `make test` kills a few times; `make soak` many (`GUICHET_KILLS`), and cuts the power of a small disk (`GUICHET_CUTS`).

mod common;

use common::postgres;
use common::program::{Server, ask, guichet, rules};
use guichet::store::sql::{Database, Sql};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Citizens who write without a pause.
const CITIZENS: usize = 8;

fn folder(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("kill-{name}"));
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).expect("a folder");
    dir
}

fn times(variable: &str, few: usize) -> usize {
    std::env::var_os(variable).map_or(few, |n| n.to_str().and_then(|n| n.parse().ok()).unwrap_or_else(|| panic!("{variable} is a number")))
}

/// Moments, in milliseconds; the seed is printed with what went wrong.
struct Moments(u64);

impl Moments {
    fn new() -> Self {
        #[expect(clippy::disallowed_methods, reason = "a new seed each time, told in every failure")]
        let now = SystemTime::now();
        Self(now.duration_since(UNIX_EPOCH).expect("after 1970").as_nanos() as u64)
    }

    fn next(&mut self, from: u64, to: u64) -> Duration {
        // Knuth's MMIX generator.
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        Duration::from_millis(from + (self.0 >> 33) % (to - from))
    }
}

/// Citizens who write to whatever server is up, and the ledger of what it acknowledged.
struct Load {
    address: Arc<RwLock<String>>,
    stop: Arc<AtomicBool>,
    ledger: Arc<Mutex<Vec<String>>>,
    citizens: Vec<std::thread::JoinHandle<()>>,
}

impl Load {
    fn on(server: &Server) -> Self {
        let load = Self { address: Arc::new(RwLock::new(server.address.clone())), stop: Arc::default(), ledger: Arc::default(), citizens: Vec::new() };
        let citizens = (0..CITIZENS).map(|who| {
            let (address, stop, ledger) = (load.address.clone(), load.stop.clone(), load.ledger.clone());
            std::thread::spawn(move || write(who, &address, &stop, &ledger))
        });
        let citizens = citizens.collect();
        Self { citizens, ..load }
    }

    fn moves_to(&self, server: &Server) {
        self.address.write().expect("whole").clone_from(&server.address);
    }

    fn acknowledged(&self) -> Vec<String> {
        self.ledger.lock().expect("whole").clone()
    }

    fn ends(self) -> Vec<String> {
        self.stop.store(true, Ordering::Relaxed);
        for c in self.citizens {
            c.join().expect("a citizen");
        }
        Arc::into_inner(self.ledger).and_then(|l| l.into_inner().ok()).expect("all citizens ended")
    }
}

/// One citizen: the same message with the same key until it is acknowledged, then the next.
fn write(who: usize, address: &RwLock<String>, stop: &AtomicBool, ledger: &Mutex<Vec<String>>) {
    let mut code = None;
    let mut n = 0;
    while !stop.load(Ordering::Relaxed) {
        let at = address.read().expect("whole").clone();
        let Some(code) = &code else {
            let opened = ask(&at, "POST", "/api/v1/contacts", "", "{}").unwrap_or_default();
            code = opened.split("\"code\":\"").nth(1).and_then(|r| r.split('"').next()).map(str::to_owned);
            continue;
        };
        let text = format!("citoyen {who} message {n}.");
        let path = format!("/api/v1/contacts/{code}/messages");
        let told = ask(&at, "POST", &path, &format!("idempotency-key: k{n}\r\n"), &format!("{{\"text\": \"{text}\"}}")).unwrap_or_default();
        if told.contains("\"stored\"") || told.contains("\"spooled\"") {
            ledger.lock().expect("whole").push(text);
            n += 1;
        } else {
            // No server is up, or it was killed before it answered.
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// How often each citizen's message is in the database.
fn stored(database: &Database) -> BTreeMap<String, usize> {
    let c = Sql::open(database).expect("opened");
    let mut all = BTreeMap::new();
    for text in c.all("SELECT text FROM message WHERE kind = 'citizen'", &[], |r| r.get::<String>(0)).expect("read") {
        *all.entry(text).or_default() += 1;
    }
    all
}

fn holds(story: &str, ledger: &[String], stored: &BTreeMap<String, usize>) {
    let lost: Vec<_> = ledger.iter().filter(|text| !stored.contains_key(*text)).collect();
    let doubled: Vec<_> = stored.iter().filter(|(_, n)| **n > 1).collect();
    assert!(lost.is_empty() && doubled.is_empty(), "{story}: {} acknowledged, lost {lost:?}, doubled {doubled:?}", ledger.len());
}

fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..300 {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("never: {what}");
}

fn unspooled(data: &Path) -> bool {
    std::fs::metadata(data.join("spool.jsonl")).map_or(true, |m| m.len() == 0)
}

fn killed(name: &str, address: Option<String>, database: &dyn Fn(&Path) -> Database) {
    let (rules, data) = (rules(&folder(&format!("{name}-rules"))), folder(name));
    let mut moments = Moments::new();
    let (seed, kills) = (moments.0, times("GUICHET_KILLS", 5));
    let mut server = Server::start(&rules, &data, address.as_deref());
    let load = Load::on(&server);
    for _ in 0..kills {
        std::thread::sleep(moments.next(80, 600));
        // SIGKILL, and the next one opens what it left.
        drop(server);
        server = Server::start(&rules, &data, address.as_deref());
        load.moves_to(&server);
    }
    std::thread::sleep(Duration::from_millis(500));
    let ledger = load.ends();
    until("the spool is written", || unspooled(&data));
    drop(server);
    let story = format!("{name}, {kills} kills, seed {seed}");
    assert!(ledger.len() > kills, "{story}: only {} messages were acknowledged", ledger.len());
    holds(&story, &ledger, &stored(&database(&data)));
    let (status, told) = guichet(&["journal", "verify"], &data, address.as_deref());
    assert_eq!(status, 0, "{story}: {told}");
    println!("PASS {story}: {} messages acknowledged, 0 lost, 0 doubled; {told}", ledger.len());
}

#[test]
fn killed_at_random_moments_sqlite_loses_and_doubles_nothing() {
    killed("sqlite", None, &|data| Database::within(data));
}

#[test]
fn killed_at_random_moments_postgres_loses_and_doubles_nothing() {
    postgres::create("kill");
    killed("postgres", Some(postgres::address("kill")), &|_| postgres::database("kill"));
}

#[test]
fn of_two_servers_on_one_database_one_is_killed_and_citizens_go_on_at_the_other() {
    postgres::create("two");
    let (rules, at, one, other) = (rules(&folder("two-rules")), postgres::address("two"), folder("two-one"), folder("two-other"));
    let (first, second) = (Server::start(&rules, &one, Some(&at)), Server::start(&rules, &other, Some(&at)));
    let load = Load::on(&first);
    until("messages at the first", || load.acknowledged().len() > 20);
    drop(first);
    load.moves_to(&second);
    let before = load.acknowledged().len();
    until("messages at the second", || load.acknowledged().len() > before + 20);
    let ledger = load.ends();
    // What the killed one had spooled is written when it is back.
    let back = Server::start(&rules, &one, Some(&at));
    until("the spools are written", || unspooled(&one) && unspooled(&other));
    drop((back, second));
    holds("two servers", &ledger, &stored(&postgres::database("two")));
    let (status, told) = guichet(&["journal", "verify"], &other, Some(&at));
    assert_eq!(status, 0, "{told}");
}

fn run(program: &str, args: &[&str]) {
    let out = Command::new(program).args(args).output().expect("runs");
    assert!(out.status.success(), "{program} {args:?}: {}", String::from_utf8_lossy(&out.stderr));
}

/// A small disk in a file, mounted until it is dropped.
struct Disk {
    at: PathBuf,
}

impl Disk {
    fn mounted(image: &Path, at: PathBuf) -> Self {
        std::fs::create_dir_all(&at).expect("a folder");
        run("mount", &["-o", "loop", &image.display().to_string(), &at.display().to_string()]);
        Self { at }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.at).status();
    }
}

/// The disk as it is at one moment, without what the system had not written to it: what a power cut leaves.
#[test]
#[ignore = "mounts a disk, which takes root: make soak"]
fn with_the_power_cut_at_random_moments_sqlite_loses_nothing_it_acknowledged() {
    let (rules, work) = (rules(&folder("cut-rules")), folder("cut"));
    let (image, copy) = (work.join("disk.img"), work.join("copy.img"));
    run("truncate", &["-s", "96M", &image.display().to_string()]);
    run("mkfs.ext4", &["-q", "-F", &image.display().to_string()]);
    let disk = Disk::mounted(&image, work.join("disk"));
    let data = disk.at.join("data");
    std::fs::create_dir_all(&data).expect("a folder");
    let mut moments = Moments::new();
    let (seed, cuts) = (moments.0, times("GUICHET_CUTS", 20));
    let server = Server::start(&rules, &data, None);
    let pid = server.child.id().to_string();
    let load = Load::on(&server);
    for cut in 0..cuts {
        std::thread::sleep(moments.next(80, 400));
        run("kill", &["-STOP", &pid]);
        // An answer that is on its way was given before: the ledger is read first, so it holds no more than the disk must.
        let ledger = load.acknowledged();
        run("cp", &["--sparse=always", &image.display().to_string(), &copy.display().to_string()]);
        run("kill", &["-CONT", &pid]);
        let found = Disk::mounted(&copy, work.join("found"));
        let left = found.at.join("data");
        let story = format!("cut {cut} of {cuts}, seed {seed}");
        let mut kept = stored(&Database::within(&left));
        for line in std::fs::read_to_string(left.join("spool.jsonl")).unwrap_or_default().lines() {
            if let Ok(arrival) = serde_json::from_str::<guichet::store::contacts::Arrival>(line) {
                kept.entry(arrival.text.unwrap_or_default()).or_insert(1);
            }
        }
        holds(&story, &ledger, &kept);
        let (status, told) = guichet(&["journal", "verify"], &left, None);
        assert_eq!(status, 0, "{story}: {told}");
        assert_eq!(Sql::open(&Database::within(&left)).and_then(|c| c.faults()).expect("read"), Vec::<String>::new(), "{story}");
    }
    let ledger = load.ends();
    drop(server);
    println!("PASS {cuts} power cuts, seed {seed}: {} messages acknowledged, 0 lost, 0 doubled", ledger.len());
}
