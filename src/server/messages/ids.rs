//! The ids of all messages, read from the default language's file at compile time.

/// The default language's file.
pub const SOURCE: &str = include_str!("../../../locales/en-US.ftl");

/// A message: its position among the messages in `en-US.ftl`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageId(usize);

impl MessageId {
    /// Finds a message by its id. Use it through `message_id!`, which makes an unknown id a compile error.
    ///
    /// # Panics
    /// When the file has no such message.
    pub const fn of(id: &str) -> Self {
        let (file, id) = (SOURCE.as_bytes(), id.as_bytes());
        let mut index = 0;
        while index < COUNT {
            let (start, length) = ID_POSITIONS[index];
            let mut same = 0;
            while length == id.len() && same < length && file[start + same] == id[same] {
                same += 1;
            }
            if length == id.len() && same == length {
                return Self(index);
            }
            index += 1;
        }
        panic!("locales/en-US.ftl has no message with this id")
    }

    pub const fn index(self) -> usize {
        self.0
    }

    pub fn name(self) -> &'static str {
        ID_POSITIONS.get(self.0).and_then(|(start, length)| SOURCE.get(*start..start + length)).unwrap_or_default()
    }
}

/// Returns every id, in the order of the file.
pub fn all() -> impl Iterator<Item = &'static str> {
    (0..COUNT).map(|index| MessageId(index).name())
}

const COUNT: usize = scan(&mut []);

/// Where each id starts in the file, and its length.
const ID_POSITIONS: &[(usize, usize)] = &{
    let mut positions = [(0, 0); COUNT];
    scan(&mut positions);
    positions
};

/// Counts the messages, and records where their ids are, up to the slice's length. A message is a line that starts with
/// a letter; the lines of its text are indented, and other lines are comments or empty.
const fn scan(positions: &mut [(usize, usize)]) -> usize {
    let file = SOURCE.as_bytes();
    let (mut at, mut count, mut line_start) = (0, 0, true);
    while at < file.len() {
        if line_start && file[at].is_ascii_alphabetic() {
            let start = at;
            while file[at].is_ascii_alphanumeric() || file[at] == b'-' {
                at += 1;
            }
            if count < positions.len() {
                positions[count] = (start, at - start);
            }
            count += 1;
        }
        line_start = file[at] == b'\n';
        at += 1;
    }
    count
}
