//! The pages of a company's data. Where a list is there they are sent at once; where it is being read, with each step
//! on the way. The status is 200 whatever Entrata says: it is sent before that is known, and the last good list is no
//! failure.

mod files;
mod properties;
mod property;
mod refresh;
mod resident;
mod wait;

pub use files::{properties as properties_csv, residents as residents_csv};
pub use properties::show as properties;
pub use property::show as property;
pub use refresh::post as refresh;
pub use resident::show as resident;
pub use wait::PATIENCE;
