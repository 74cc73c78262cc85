//! `guichet serve`: the server.

use super::{Cli, End};
use clap::Args;
use std::net::SocketAddr;

/// Starts the server: the page to try a message, and the API.
#[derive(Args)]
#[command(after_help = "Example:\n  guichet serve --listen 127.0.0.1:8017 --rules rules")]
pub struct Serve {
    /// Address and port.
    #[arg(long, default_value = "127.0.0.1:8017")]
    listen: SocketAddr,
}

impl Serve {
    pub(super) fn run(&self, cli: &Cli) -> End {
        let engine = match super::engine(cli) {
            Ok(e) => e,
            Err(end) => return end,
        };
        match crate::http::serve(self.listen, cli.rules.clone(), engine) {
            Ok(()) => End::Well,
            Err(e) => End::CouldNot(e),
        }
    }
}
