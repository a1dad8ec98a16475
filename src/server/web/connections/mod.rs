//! Serves a router on a listener: HTTP/1.1, with a limit on everything a client can hold open (threat T28). `state`
//! knows what each connection is doing: it learns that from the socket (`stream`), request bodies and response
//! bodies. `table` has all connections and decides which to close. hyper's own header time-out can't be used: it also
//! runs while a kept-alive connection is idle, and it can't say which client has kept the server waiting longest.

mod request_body;
mod response_body;
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
    request_body::RequestBody,
    response_body::ResponseBody,
    stream::Stream,
    table::{Slot, Table},
};
use crate::server::{
    metrics::{Listener, Metrics},
    web::limits::{
        ACCEPT_PAUSE, IDLE_TIMEOUT, LINGER_TIMEOUT, MAX_CONNECTIONS, MIN_CONNECTIONS, REQUEST_HEAD_BYTES,
        REQUEST_HEAD_TIMEOUT, RESERVED_FILES, STALLED_TIMEOUT, TIMEOUT_CHECK_INTERVAL,
    },
};

/// What a listener allows.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Open connections. At the limit, the connections that have kept the server waiting longest are closed to admit
    /// new ones.
    pub connections: usize,
    /// From the first byte of a request head to its last; for the first request, from the start of the connection.
    pub head: Duration,
    /// From one response to the next request. This also applies to a request head whose first bytes arrived in one
    /// packet with the request before it: hyper does not say that it has them.
    pub idle: Duration,
    /// Time without the client accepting a byte of its response.
    pub stalled: Duration,
    /// Time that a closed connection is still read.
    pub linger: Duration,
}

impl Limits {
    /// The usual times, for up to `connections` connections.
    pub const fn of(connections: usize) -> Self {
        Self {
            connections,
            head: REQUEST_HEAD_TIMEOUT,
            idle: IDLE_TIMEOUT,
            stalled: STALLED_TIMEOUT,
            linger: LINGER_TIMEOUT,
        }
    }
}

/// Returns how many connections the public address may have under a limit of open files. Each may need a second file
/// descriptor, for a call to Entrata.
pub fn allowed(open_files: u64) -> usize {
    let half = open_files.saturating_sub(RESERVED_FILES) / 2;
    usize::try_from(half).unwrap_or(MAX_CONNECTIONS).clamp(MIN_CONNECTIONS, MAX_CONNECTIONS)
}

/// Serves until `stop` ends. Then it stops accepting, closes the connections that have no request to answer, and gives
/// the others `grace` to finish. Returns whether that was enough.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    (name, metrics): (Listener, Metrics),
    (stop, grace): (impl Future<Output = ()>, Duration),
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
        let in_time = tokio::time::timeout(grace, table.wait_until_empty()).await.is_ok();
        table.close_all();
        in_time
    };
    tokio::select! {
        in_time = served => in_time,
        () = close_timed_out(&table) => false,
    }
}

async fn close_timed_out(table: &Table) {
    loop {
        sleep(TIMEOUT_CHECK_INTERVAL).await;
        table.close_timed_out();
    }
}

async fn accept(listener: &TcpListener, router: &Router, table: &Arc<Table>, stopping: &CancellationToken) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                let slot = table.take_slot().await;
                tokio::spawn(run(stream, peer, router.clone(), slot, stopping.clone()));
            }
            // The client left before it was accepted.
            Err(e) if is_client_error(&e) => {}
            Err(e) => {
                table.cannot_accept(&e);
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

fn is_client_error(e: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(e.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Serves one connection until it ends.
async fn run(stream: TcpStream, peer: SocketAddr, router: Router, slot: Slot, stopping: CancellationToken) {
    // Nagle's algorithm would delay the last packet of a response until the client has acknowledged the one before.
    if let Err(e) = stream.set_nodelay(true) {
        tracing::debug!(error = %e, "a connection ended before it was served");
        return;
    }
    let state = slot.state();
    let service = service_fn(|request: Request<Incoming>| {
        state.begin_response();
        let mut request = request.map(|body| Body::new(RequestBody::new(body, state.clone())));
        request.extensions_mut().insert(ConnectInfo(peer));
        let (response, state) = (router.clone().call(request), state.clone());
        async move { Ok::<_, Infallible>(response.await?.map(|body| ResponseBody::new(body, state))) }
    });
    let io = TokioIo::new(Stream::new(stream, state.clone()));
    let connection = http1::Builder::new()
        .max_buf_size(REQUEST_HEAD_BYTES)
        // hyper's own time-out starts with the response before, so it would be the idle time-out as well.
        .header_read_timeout(None)
        .serve_connection(io, service);
    let mut connection = pin!(connection);
    tokio::select! {
        _ = &mut connection => return,
        () = state.closed() => return,
        () = stopping.cancelled() => {}
    }
    if state.has_no_request() {
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
