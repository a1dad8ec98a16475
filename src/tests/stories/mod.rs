//! Stories by topic.

mod bearers;
mod echoes;
mod entrata_answers;
mod forms;
mod headers;
mod launching;
mod linking;
mod new_browsers;
mod secrets;
mod sessions;
mod stays;
mod storage;
mod tabs;
