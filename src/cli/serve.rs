//! `guichet serve`: the server.

use super::{Cli, End};
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Starts the server: the citizen's page, the desk, the page to try a message, and the API.
#[derive(Args)]
#[command(after_help = "Example:\n  guichet serve --listen 127.0.0.1:8017 --rules rules --data data-local")]
pub struct Serve {
    /// Address and port.
    #[arg(long, default_value = "127.0.0.1:8017")]
    listen: SocketAddr,
    /// Folder of the database and the spool; made when it is not there.
    #[arg(long, default_value = "data-local")]
    data: PathBuf,
}

impl Serve {
    pub(super) fn run(&self, cli: &Cli) -> End {
        let engine = match super::engine(cli) {
            Ok(e) => e,
            Err(end) => return end,
        };
        match crate::http::serve(self.listen, cli.rules.clone(), &self.data, engine) {
            Ok(()) => End::Well,
            Err(e) => End::CouldNot(e),
        }
    }
}
