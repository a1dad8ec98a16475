//! How the body of an answer goes over the connection: whole, or in a way that tries a client's limits.

use std::time::Duration;

use axum::body::{Body, Bytes};
use futures_util::{FutureExt, StreamExt, stream};
use http_body_util::Limited;

const MEGABYTE: usize = 1024 * 1024;
const FLOOD: usize = 40;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Whole,
    /// The first half, nothing for so long, then the connection is closed.
    Half(Duration),
    /// 40 MB of white space after it, never in memory at once, so that nothing but the length is wrong.
    Flood,
}

impl Ending {
    /// The half has to be on its way before the end comes: a stream that fails at once would take it along.
    pub(super) const CUT: Self = Self::Half(Duration::from_millis(20));
    /// Longer than anybody waits.
    pub(super) const STALLED: Self = Self::Half(Duration::from_secs(60));

    pub(super) fn body(self, text: String) -> Body {
        match self {
            Self::Whole => Body::from(text),
            Self::Half(silence) => {
                let half = Bytes::copy_from_slice(&text.as_bytes()[..text.len() / 2]);
                let cut = || Err(std::io::Error::other("the sandbox cuts this answer off"));
                let end = tokio::time::sleep(silence).map(move |()| cut());
                Body::from_stream(stream::iter([Ok(half)]).chain(end.into_stream()))
            }
            Self::Flood => {
                let blank = std::iter::repeat_n(Bytes::from(vec![b' '; MEGABYTE]), FLOOD);
                let parts = std::iter::once(text.into()).chain(blank);
                Body::from_stream(stream::iter(parts).map(Ok::<_, std::io::Error>))
            }
        }
    }
}

/// A body that fails before its first byte: hyper has not yet sent the head then, so over a real connection the client sees it
/// closed without an answer. Called without a connection, the router gives status 200 and a body that errors. The limit is not 0
/// because that would count as an empty body, which is sent.
pub(super) fn dropped() -> Body {
    Body::new(Limited::new(Body::from("never sent"), 1))
}
