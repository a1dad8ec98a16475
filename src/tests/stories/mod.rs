//! Stories by topic.

mod entrata_answers;
mod forms;
mod headers;
mod launching;
mod linking;
mod new_browsers;
mod secrets;
mod sessions;
mod storage;
