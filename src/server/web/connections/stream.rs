//! A client's socket that tells the connection's state what passes: that a head began, that an answer went out, that the client takes
//! nothing.

use std::{
    io::{IoSlice, Result},
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use crate::server::web::connections::state::State;

/// Bytes that a closed connection is read for at the most: more than any request that is refused unread.
const MOST_DISCARDED: usize = 1024 * 1024;

pub struct Stream {
    tcp: TcpStream,
    state: State,
    discarded: usize,
    is_shut: bool,
}

impl Stream {
    pub fn new(tcp: TcpStream, state: State) -> Self {
        Self { tcp, state, discarded: 0, is_shut: false }
    }

    fn noted(&self, written: Poll<Result<usize>>) -> Poll<Result<usize>> {
        self.state.note_write(written.is_ready());
        written
    }
}

impl AsyncRead for Stream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.tcp).poll_read(cx, buffer))?;
        if buffer.filled().len() > before {
            self.state.begin_head();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.tcp).poll_write(cx, bytes);
        self.noted(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.tcp).poll_write_vectored(cx, slices);
        self.noted(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    /// hyper flushes when everything it had buffered is written.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        ready!(Pin::new(&mut self.tcp).poll_flush(cx))?;
        self.state.flushed();
        Poll::Ready(Ok(()))
    }

    /// Ends our side, then reads what the client still sends until it ends its own; the table's sweep limits the time.
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        if !self.is_shut {
            ready!(Pin::new(&mut self.tcp).poll_shutdown(cx))?;
            self.is_shut = true;
            self.state.linger();
        }
        while self.discarded < MOST_DISCARDED {
            let mut room = [0; 4096];
            let mut buffer = ReadBuf::new(&mut room);
            ready!(Pin::new(&mut self.tcp).poll_read(cx, &mut buffer))?;
            match buffer.filled().len() {
                0 => break,
                bytes => self.discarded += bytes,
            }
        }
        Poll::Ready(Ok(()))
    }
}
