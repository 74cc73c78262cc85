//! `guichet serve`: the server.

use super::{Cli, End, Records};
use crate::http::Settings;
use crate::http::openid::Provider;
use crate::http::reload::{self, Gate};
use clap::Args;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// Starts the server: the citizen's page, the desk, the page to try a message, and the API.
#[derive(Args)]
#[command(after_help = "Example:\n  guichet serve --listen 127.0.0.1:8017 --rules rules --data data-local")]
pub struct Serve {
    /// Address and port.
    #[arg(long, default_value = "127.0.0.1:8017")]
    listen: SocketAddr,
    /// Folder of the corpus whose baseline a pack must hold to go live; by default the folder `corpus` beside the rules, when there is one.
    #[arg(long)]
    corpus: Option<PathBuf>,
    #[command(flatten)]
    records: Records,
    /// Address of a proxy in front, which adds TLS; may be given again. Its `X-Forwarded-For` and `X-Forwarded-Proto` are believed, nobody else's.
    #[arg(long, value_name = "ADDRESS")]
    proxy: Vec<IpAddr>,
    /// File that describes the provider of OpenID Connect (docs/desk.md).
    #[arg(long, value_name = "FILE")]
    openid: Option<PathBuf>,
    /// Secret of the client at the provider, unless the file names one. By the environment only: a command line is read by others.
    #[arg(long, env = "GUICHET_OPENID_SECRET", hide = true, hide_env_values = true)]
    openid_secret: Option<String>,
    /// Only load packs signed by the holder of this public key (Ed25519, PEM): the signature is the file pack.sig of the rules, as `guichet diff --sign` writes it.
    #[arg(long, value_name = "PUBKEY")]
    require_signature: Option<PathBuf>,
}

impl Serve {
    pub(super) fn run(&self, cli: &Cli) -> End {
        let database = match self.records.database() {
            Ok(d) => d,
            Err(why) => return End::CouldNot(why),
        };
        tracing_subscriber::fmt().with_writer(std::io::stderr).init();
        let beside = || Some(cli.rules.parent()?.join("corpus")).filter(|c| c.is_dir());
        let corpus = self.corpus.clone().or_else(beside);
        let signer = match self.require_signature.as_ref().map(|path| std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))).transpose() {
            Ok(pem) => pem,
            Err(why) => return End::CouldNot(why),
        };
        let gate = Gate { corpus, signer };
        let engine = match reload::load(&cli.rules, &gate) {
            Ok(e) => e,
            Err(why) => {
                for w in &why {
                    eprintln!("{w}");
                }
                return End::CouldNot(format!("the pack {} cannot go live: {} reasons above", cli.rules.display(), why.len()));
            }
        };
        let openid = match self.openid.as_ref().map(|file| Provider::load(file, self.openid_secret.clone())).transpose() {
            Ok(openid) => openid,
            Err(e) => return End::CouldNot(e),
        };
        let settings = Settings { proxies: self.proxy.iter().map(IpAddr::to_canonical).collect(), openid };
        match crate::http::serve(self.listen, cli.rules.clone(), gate, &self.records.data, database, engine, settings) {
            Ok(()) => End::Well,
            Err(e) => End::CouldNot(e),
        }
    }
}
