//! The listener: connections are accepted, held to time-outs, and ended in order.
//!
//! A client that is slow to ask, or that reads nothing of what it asked for, is let go. What a request may ask is the doors' business.

use super::quota::Quota;
use axum::Router;
use axum::extract::ConnectInfo;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_io_timeout::TimeoutStream;

/// How long a client may take, and how many connections there may be.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// From the opening, or the end of the last request, to the end of the headers.
    pub headers: Duration,
    /// With bytes that wait for the client to read.
    pub unread: Duration,
    /// For the requests under way when the server is told to stop.
    pub ending: Duration,
    /// Connections in all.
    pub connections: usize,
    /// Connections of one address that is no trusted proxy.
    pub each: usize,
}

impl Default for Patience {
    fn default() -> Self {
        Self { headers: Duration::from_secs(10), unread: Duration::from_secs(30), ending: Duration::from_secs(10), connections: 25_000, each: 2_000 }
    }
}

/// Largest head of a request, and room for what is read ahead, in bytes.
const HEAD_MAX: usize = 16 * 1024;

/// Serves until `stopped`, then ends what is under way.
pub async fn listen(listener: TcpListener, router: Router, proxies: &[IpAddr], patience: Patience, stopped: impl Future<Output = ()>) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(patience.headers).max_buf_size(HEAD_MAX);
    let (ending, connections) = (GracefulShutdown::new(), Quota::new(patience.connections, patience.each));
    let router = TowerToHyperService::new(router);
    tokio::pin!(stopped);
    loop {
        let (socket, from) = tokio::select! {
            () = &mut stopped => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(e) => {
                    // Out of file descriptors, most likely: the next one may be free in a moment.
                    tracing::warn!("a connection could not be accepted: {e}");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        let address = from.ip().to_canonical();
        let Some(share) = connections.take((!proxies.contains(&address)).then_some(address)) else {
            metrics::counter!("guichet_connections_refused_total").increment(1);
            continue;
        };
        let mut socket = TimeoutStream::new(socket);
        socket.set_write_timeout(Some(patience.unread));
        let router = router.clone();
        let answer = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(ConnectInfo::<SocketAddr>(from));
            router.call(request)
        });
        let connection = ending.watch(http.serve_connection(TokioIo::new(Box::pin(socket)), answer));
        tokio::spawn(async move {
            // A client that goes away is no error of ours.
            let _ = connection.await;
            drop(share);
        });
    }
    let _ = tokio::time::timeout(patience.ending, ending.shutdown()).await;
}
