//! The body of a response. Updates the connection state when hyper has taken the last of it.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::{Body, Bytes};
use hyper::body::{Frame, SizeHint};

use crate::server::web::connections::state::State;

pub struct ResponseBody {
    body: Body,
    state: State,
}

impl ResponseBody {
    pub fn new(body: Body, state: State) -> Self {
        Self { body, state }
    }
}

impl Drop for ResponseBody {
    fn drop(&mut self) {
        self.state.end_response();
    }
}

impl hyper::body::Body for ResponseBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
