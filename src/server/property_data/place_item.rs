//! Something that belongs to a place: a room, a bookable resource, an associate.

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlaceItem {
    pub id: String,
    pub name: String,
    /// The system's word, such as `meeting-room`; or the connector's, such as `associate`.
    pub kind: String,
    /// The system's word; may be empty.
    pub status: String,
}
