//! Pieces that several pages share.

mod ago;
mod field;
mod mark;
mod message;
mod steps;

pub use ago::Ago;
pub use field::Field;
pub use mark::Mark;
pub use message::{Message, Tone};
pub use steps::Steps;
