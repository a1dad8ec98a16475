//! Pieces that several pages share.

mod field;
mod mark;
mod message;
mod steps;

pub use field::Field;
pub use mark::Mark;
pub use message::{Message, Tone};
pub use steps::Steps;
