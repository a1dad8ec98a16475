//! The shell: the back-office page that frames the app.
//!
//! Pages work without script. The script makes them faster and updates the log.

mod page;
mod template;

pub(crate) use page::{apps, open, script, style};
