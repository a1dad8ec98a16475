//! The body of a request. Updates the connection state when the server waits for the client to send more of it.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};

use crate::server::web::connections::state::State;

pub struct RequestBody {
    body: Incoming,
    state: State,
}

impl RequestBody {
    pub fn new(body: Incoming, state: State) -> Self {
        Self { body, state }
    }
}

/// A handler that refuses a request does not read its whole body.
impl Drop for RequestBody {
    fn drop(&mut self) {
        self.state.end_body();
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        match &polled {
            Poll::Pending => self.state.await_body(),
            Poll::Ready(Some(Ok(_))) if !self.body.is_end_stream() => {}
            Poll::Ready(_) => self.state.end_body(),
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
