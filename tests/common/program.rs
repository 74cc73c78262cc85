//! The program itself: started over a small pack, asked over the network, killed.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

/// A pack of one emergency, in a folder.
pub fn rules(dir: &Path) -> PathBuf {
    for (path, text) in [("pack.toml", super::PACK), ("emergencies/e.toml", super::INTRUDER)] {
        let path = dir.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("written");
    }
    dir.to_owned()
}

fn program(data: &Path, database: Option<&str>) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_guichet"));
    program.env_remove("GUICHET_DATABASE").envs(database.map(|d| ("GUICHET_DATABASE", d))).current_dir(data);
    program
}

/// Runs a command to its end: its exit code, and all that it said.
pub fn guichet(args: &[&str], data: &Path, database: Option<&str>) -> (i32, String) {
    let out = program(data, database).args(args).arg("--data").arg(data).output().expect("runs");
    (out.status.code().expect("a code"), String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned())
}

/// A server, killed when dropped.
pub struct Server {
    pub child: Child,
    pub address: String,
    pub lines: BufReader<ChildStdout>,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    pub fn start(rules: &Path, data: &Path, database: Option<&str>) -> Self {
        let mut serve = program(data, database);
        serve.args(["serve", "--listen", "127.0.0.1:0", "--rules"]).arg(rules).arg("--data").arg(data);
        let mut child = serve.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("starts");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        lines.read_line(&mut line).expect("a line");
        let address = line.split("http://").nth(1).and_then(|r| r.split('/').next()).expect("an address").to_owned();
        Self { child, address, lines }
    }

    /// Asks, and gives the whole answer.
    pub fn ask(&self, method: &str, path: &str, body: &str) -> String {
        ask(&self.address, method, path, "", body).expect("an answer")
    }
}

/// Asks with more headers (each with its line end), and gives the whole answer.
pub fn ask(address: &str, method: &str, path: &str, headers: &str, body: &str) -> std::io::Result<String> {
    let mut stream = std::net::TcpStream::connect(address)?;
    write!(stream, "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n{body}", body.len())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
