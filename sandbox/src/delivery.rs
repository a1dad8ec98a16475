//! How a response body goes over the connection: complete, or in a way that tests a client's limits.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures_util::{FutureExt, StreamExt, stream};
use http_body_util::Limited;

const MEBIBYTE: usize = 1024 * 1024;
const PADDING_MEBIBYTES: usize = 40;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    Complete,
    /// The first half, silence for this long, then the connection closes.
    Half(Duration),
    /// Followed by 40 MiB of spaces, sent in chunks, so that only the length is wrong.
    Padded,
}

impl Delivery {
    /// The first half needs time to leave: a stream that fails right away would discard it.
    pub(crate) const CUT: Self = Self::Half(Duration::from_millis(20));
    /// Longer than any client should wait.
    pub(crate) const STALLED: Self = Self::Half(Duration::from_secs(60));

    pub(crate) fn body(self, text: String) -> Body {
        match self {
            Self::Complete => Body::from(text),
            Self::Half(silence) => {
                let half = Bytes::copy_from_slice(&text.as_bytes()[..text.len() / 2]);
                let cut = || Err(io::Error::other("the sandbox cuts this response off"));
                let end = tokio::time::sleep(silence).map(move |()| cut());
                Body::from_stream(stream::iter([Ok(half)]).chain(end.into_stream()))
            }
            Self::Padded => {
                let padding = std::iter::repeat_n(Bytes::from(vec![b' '; MEBIBYTE]), PADDING_MEBIBYTES);
                let chunks = std::iter::once(text.into()).chain(padding);
                Body::from_stream(stream::iter(chunks).map(Ok::<_, io::Error>))
            }
        }
    }
}

/// Returns a body that fails before its first byte. hyper hasn't sent the headers by then, so over a real connection
/// the client sees it closed without a response. Called without a connection, the router returns status 200 and a body
/// that fails. The limit is 1 because a limit of 0 counts as an empty body, which would be sent.
pub(crate) fn dropped() -> Body {
    Body::new(Limited::new(Body::from("never sent"), 1))
}
