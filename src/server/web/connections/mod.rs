//! Serves a router on a listener: HTTP/1.1, with a limit on everything a client can hold open (threat T28). What each
//! connection is doing is kept in `state`, which learns it from the socket (`stream`), request bodies (`request_body`)
//! and answers (`answer`); `table` has them all and decides which to close. hyper's own header time-out also runs while
//! a kept-alive connection is idle, and it can't say which client has kept the server waiting longest.

mod answer;
mod request_body;
mod state;
mod stream;
mod table;

use std::{convert::Infallible, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    time::sleep,
};
use tokio_util::sync::CancellationToken;
use tower::Service as _;

use self::{
    answer::Answer,
    request_body::RequestBody,
    stream::Stream,
    table::{Entry, Table},
};
use crate::server::metrics::{Listener, Metrics};

/// Bytes of a request head, and of each buffer of a connection. A launch with the longest code is 7 KiB even when every byte of it is
/// escaped; the rest is for the cookies of an app behind this one.
const HEAD_BYTES: usize = 32 * 1024;
/// How often connections are checked for having run out of time.
const SWEEP: Duration = Duration::from_secs(1);
/// How long nothing is accepted after the system had no descriptor or memory for another connection.
const PAUSE: Duration = Duration::from_millis(100);

/// What a listener allows.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Open connections. At the limit, those whose clients have been waited for longest are closed for new ones.
    pub connections: usize,
    /// From the first byte of a request head to its last; for the first request of a connection, from the beginning of the connection.
    pub head: Duration,
    /// From one answer to the next request. This also holds for a request head whose first bytes came in one packet with the
    /// request before it: hyper does not say that it has them.
    pub idle: Duration,
    /// How long a client may take nothing of an answer.
    pub stalled: Duration,
    /// How long a closed connection is read for what the client had sent already. Without that, the reset that follows unread data
    /// could overtake the answer.
    pub linger: Duration,
}

impl Limits {
    /// The usual times, for at most so many connections.
    pub const fn of(connections: usize) -> Self {
        let seconds = Duration::from_secs;
        Self { connections, head: seconds(10), idle: seconds(75), stalled: seconds(30), linger: seconds(2) }
    }
}

/// How many connections the public address may have under a limit of open files. Each may need a second descriptor, for a call to
/// Entrata; 64 are left for the database, the admin address and the log.
pub fn allowed(open_files: u64) -> usize {
    let half = open_files.saturating_sub(64) / 2;
    usize::try_from(half).unwrap_or(MOST).clamp(FEWEST, MOST)
}

/// At 32 KiB for each unfinished head, the most that they can take is 128 MiB.
const MOST: usize = 4096;
const FEWEST: usize = 16;

/// Serves until `stop` ends. Then it accepts no more, closes the connections on which no request is being answered, and gives the others
/// `patience`; returns whether that was enough.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    (name, metrics): (Listener, Metrics),
    (stop, patience): (impl Future<Output = ()>, Duration),
) -> bool {
    let table = Arc::new(Table::new(limits, name, metrics));
    let served = async {
        let stopping = CancellationToken::new();
        tokio::select! {
            () = accept(&listener, &router, &table, &stopping) => {}
            () = stop => {}
        }
        drop(listener);
        stopping.cancel();
        let in_time = tokio::time::timeout(patience, table.empty()).await.is_ok();
        table.close_all();
        in_time
    };
    tokio::select! {
        in_time = served => in_time,
        () = sweep(&table) => false,
    }
}

async fn sweep(table: &Table) {
    loop {
        sleep(SWEEP).await;
        table.sweep();
    }
}

async fn accept(listener: &TcpListener, router: &Router, table: &Arc<Table>, stopping: &CancellationToken) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                let entry = table.enter().await;
                tokio::spawn(run(stream, peer, router.clone(), entry, stopping.clone()));
            }
            // The client went away before it was accepted.
            Err(e) if is_of_the_client(&e) => {}
            Err(e) => {
                table.cannot_accept(&e);
                sleep(PAUSE).await;
            }
        }
    }
}

fn is_of_the_client(e: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(e.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// One connection, to its end.
async fn run(stream: TcpStream, peer: SocketAddr, router: Router, entry: Entry, stopping: CancellationToken) {
    // Nagle's algorithm would hold the last packet of an answer back until the client has acknowledged the one before.
    if let Err(e) = stream.set_nodelay(true) {
        tracing::debug!(error = %e, "a connection ended before it was served");
        return;
    }
    let state = entry.state();
    let service = service_fn(|request: Request<Incoming>| {
        state.begin_answer();
        let mut request = request.map(|body| Body::new(RequestBody::new(body, state.clone())));
        request.extensions_mut().insert(ConnectInfo(peer));
        let (answering, state) = (router.clone().call(request), state.clone());
        async move { Ok::<_, Infallible>(answering.await?.map(|body| Answer::new(body, state))) }
    });
    let io = TokioIo::new(Stream::new(stream, state.clone()));
    let connection = http1::Builder::new()
        .max_buf_size(HEAD_BYTES)
        // hyper's own time-out begins with the answer before, so that it would be the idle time-out as well.
        .header_read_timeout(None)
        .serve_connection(io, service);
    let mut connection = pin!(connection);
    tokio::select! {
        _ = &mut connection => return,
        () = state.closed() => return,
        () = stopping.cancelled() => {}
    }
    if state.is_waiting() {
        return;
    }
    connection.as_mut().graceful_shutdown();
    tokio::select! {
        _ = connection => {}
        () = state.closed() => {}
    }
}

#[cfg(test)]
mod tests;
