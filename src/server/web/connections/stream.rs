//! A client's socket. Updates the connection state when a request head begins, when a response is written, and when the
//! client accepts nothing.

use std::{
    io::{IoSlice, Result},
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use crate::server::web::{connections::state::State, limits::MAX_DISCARDED_BYTES};

pub struct Stream {
    tcp: TcpStream,
    state: State,
    discarded: usize,
    is_shut_down: bool,
}

impl Stream {
    pub fn new(tcp: TcpStream, state: State) -> Self {
        Self { tcp, state, discarded: 0, is_shut_down: false }
    }

    fn recorded(&self, written: Poll<Result<usize>>) -> Poll<Result<usize>> {
        self.state.record_write(written.is_ready());
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
        self.recorded(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.tcp).poll_write_vectored(cx, slices);
        self.recorded(written)
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

    /// Ends our side, then reads what the client still sends until it ends its own. The linger time-out limits this.
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        if !self.is_shut_down {
            ready!(Pin::new(&mut self.tcp).poll_shutdown(cx))?;
            self.is_shut_down = true;
            self.state.linger();
        }
        while self.discarded < MAX_DISCARDED_BYTES {
            let mut bytes = [0; 4096];
            let mut buffer = ReadBuf::new(&mut bytes);
            ready!(Pin::new(&mut self.tcp).poll_read(cx, &mut buffer))?;
            match buffer.filled().len() {
                0 => break,
                count => self.discarded += count,
            }
        }
        Poll::Ready(Ok(()))
    }
}
