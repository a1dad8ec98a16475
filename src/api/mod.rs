//! What crosses the wire between the server and the islands: serializable views.
