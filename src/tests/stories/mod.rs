//! Stories by topic.

mod attacks;
mod audit;
mod bearers;
mod deleting;
mod echoes;
mod entrata_answers;
mod events;
mod forms;
mod headers;
mod keys;
mod launching;
mod limits;
mod linking;
mod moving_in;
mod new_browsers;
mod operators;
mod profile;
mod records;
mod secrets;
mod services;
mod sessions;
mod stays;
mod storage;
mod switches;
mod tabs;
mod unlinking;
