//! A private PostgreSQL for the stories: started once a process, gone with it, a fresh database for each story.

use guichet::store::sql::Database;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

static CLUSTER: LazyLock<Cluster> = LazyLock::new(Cluster::start);

struct Cluster {
    bin: PathBuf,
    socket: PathBuf,
}

/// Its programs: those in the path, or Debian's newest.
fn bin() -> PathBuf {
    let in_path = std::env::var_os("PATH").into_iter().flat_map(|p| std::env::split_paths(&p).collect::<Vec<_>>());
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(|e| Some(e.ok()?.path().join("bin")));
    let whole = |b: &PathBuf| ["initdb", "postgres", "psql"].iter().all(|p| b.join(p).is_file());
    in_path.chain(debian).filter(whole).max().expect("no initdb: install Debian's postgresql (`make test` does)")
}

/// PostgreSQL refuses to run as root.
fn as_postgres(program: &str) -> Command {
    let root = Command::new("id").arg("-u").output().expect("id").stdout == b"0\n";
    if !root {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--", program]);
    command
}

impl Cluster {
    fn start() -> Self {
        // The name of a socket has 107 bytes at most.
        let (bin, dir) = (bin(), std::env::temp_dir().join(format!("guichet-postgres-{}", std::process::id())));
        let made = as_postgres("mkdir").args(["-m", "700"]).arg(&dir).status().expect("mkdir");
        assert!(made.success(), "{} cannot be made", dir.display());
        let init = as_postgres(&bin.join("initdb").display().to_string())
            .args(["--auth=trust", "--username=guichet", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--pgdata"])
            .arg(dir.join("data"))
            .output()
            .expect("initdb runs");
        assert!(init.status.success(), "{}", String::from_utf8_lossy(&init.stderr));
        // The shell waits on a pipe that only this process holds: when it ends, however it ends, PostgreSQL ends and its folder goes.
        let keep = r#""$0" -D "$1/data" -k "$1" -c listen_addresses= -c max_connections=200 > "$1/log" 2>&1 & read -r _; kill -INT $!; wait; rm -rf "$1""#;
        let shell = as_postgres("sh").args(["-c", keep]).arg(bin.join("postgres")).arg(&dir).current_dir("/").stdin(Stdio::piped()).stdout(Stdio::null()).spawn();
        // Held for ever: its pipe is what keeps PostgreSQL up.
        std::mem::forget(shell.expect("a shell"));
        let cluster = Self { bin, socket: dir };
        for _ in 0..300 {
            if cluster.psql("postgres", "SELECT 1").is_ok() {
                return cluster;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        panic!("PostgreSQL did not start: {}", std::fs::read_to_string(cluster.socket.join("log")).unwrap_or_default());
    }

    fn psql(&self, database: &str, sql: &str) -> Result<String, String> {
        let mut psql = Command::new(self.bin.join("psql"));
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "guichet", "-d", database, "-c", sql, "-h"]).arg(&self.socket);
        let out = psql.output().map_err(|e| e.to_string())?;
        if out.status.success() { Ok(String::from_utf8_lossy(&out.stdout).into_owned()) } else { Err(String::from_utf8_lossy(&out.stderr).into_owned()) }
    }
}

/// Runs SQL in a database and gives what it prints.
pub fn psql(database: &str, sql: &str) -> String {
    CLUSTER.psql(database, sql).expect("psql")
}

/// Makes an empty database.
pub fn create(database: &str) {
    psql("postgres", &format!("CREATE DATABASE \"{database}\""));
}

/// The address of a database, which need not exist.
pub fn address(database: &str) -> String {
    format!("postgres://guichet@{}/{database}", CLUSTER.socket.display().to_string().replace('/', "%2F"))
}

/// Where it is, for a server inside the test.
pub fn database(name: &str) -> Database {
    address(name).parse().expect("an address")
}

/// A session that holds the writer's turn until it is dropped.
pub struct Turn(std::process::Child);

impl Turn {
    pub fn taken(database: &str) -> Self {
        use std::io::{BufRead, Write};
        let mut psql = Command::new(CLUSTER.bin.join("psql"));
        psql.args(["-X", "-q", "-A", "-t", "-U", "guichet", "-d", database, "-h"]).arg(&CLUSTER.socket);
        let mut child = psql.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("psql");
        let ask = child.stdin.as_mut().expect("a pipe");
        ask.write_all(b"BEGIN; SELECT pg_advisory_xact_lock(7217); SELECT 'taken';\n").and_then(|()| ask.flush()).expect("asked");
        let told = std::io::BufReader::new(child.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
        assert!(told.into_iter().any(|l| l == "taken"), "the turn was not taken");
        Self(child)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
