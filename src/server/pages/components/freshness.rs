//! How old a list is, why it is no newer, and reading it anew.

use leptos::prelude::*;

use super::{Ago, Message, Tone, listing::grouped};
use crate::server::{
    clock::Epoch,
    records::{CachedList, Progress, ReadError, State},
};

/// A list's standing, for a page to tell.
#[derive(Debug, Clone)]
pub struct Freshness {
    /// The company's name.
    pub company: String,
    /// What is listed, such as "residents".
    pub what: String,
    pub read_at: Option<Epoch>,
    pub progress: Option<Progress>,
    pub error: Option<ReadError>,
    /// Whether there was more than is kept.
    pub cut: bool,
    pub now: Epoch,
}

impl Freshness {
    pub fn new<T>(company: &str, what: impl Into<String>, state: &State<T>, now: Epoch) -> Self {
        let cached: Option<&CachedList<T>> = state.cached.as_ref();
        Self {
            company: company.to_owned(),
            what: what.into(),
            read_at: cached.map(|list| list.read_at),
            progress: state.progress,
            error: state.error,
            cut: cached.is_some_and(|list| list.cut),
            now,
        }
    }
}

/// How far loading a list has come, in a line. Entrata tells the number of pages, so the total is an estimate.
pub fn progress_line(what: &str, Progress { page, pages, rows, waits }: Progress) -> String {
    let total = |of: u32| rows.saturating_mul(of as usize) / (page as usize).max(1);
    let loaded = match (rows, pages) {
        (0, _) => String::new(),
        (rows, None) => format!(" {} so far", grouped(rows)),
        (rows, Some(of)) => format!(" {} of about {}", grouped(rows), grouped(total(of))),
    };
    let wait = waits.map(|seconds| format!(" (Entrata is busy. Continuing in {})", for_seconds(seconds)));
    format!("Loading {what}…{loaded}{}", wait.unwrap_or_default())
}

fn for_seconds(seconds: Epoch) -> String {
    if seconds == 1 { "1 second".to_owned() } else { format!("{seconds} seconds") }
}

/// Such a line, in a page that is sent in parts.
pub fn step(line: String) -> AnyView {
    view! { <p data-step>{line}</p> }.into_any()
}

/// What is wrong with a list, where something is. `address`: the page's own.
#[component]
pub fn Standing(of: Freshness, address: String) -> impl IntoView {
    let Freshness { company, what, read_at, progress, error, cut, now } = of;
    let words = error.map(|error| words(error, &company));
    let reason = error.map(reason);
    let read = read_at.filter(|_| error.is_some());
    let reading = progress.filter(|_| read_at.is_none()).map(|progress| progress_line(&what, progress));
    view! {
        {words.map(|words| view! {
            <div data-trouble=reason>
                <Message tone=Tone::Problem>
                    {words}
                    {read.map(|at| view! { " Showing data from " <Ago at now /> "." })}
                </Message>
            </div>
        })}
        {reading.map(|line| view! {
            <Message tone=Tone::Note>
                <span data-reading>"This is taking longer than usual. " {line} " " <a href=address>"Check again"</a></span>
            </Message>
        })}
        {cut.then(|| view! { <Message tone=Tone::Note>"Showing the first 100,000 only."</Message> })}
    }
}

/// When a list was read, whether that is being done again, and a button for it. `fields`: what the form says it is. `address`: the page's
/// own. A page that has `data-reading` updates itself, by script, until the reading has ended; without script the link does that.
#[component]
pub fn Refresh(of: Freshness, action: String, address: String, fields: Vec<(&'static str, String)>) -> impl IntoView {
    let Freshness { read_at, progress, now, .. } = of;
    let reading = progress.filter(|_| read_at.is_some()).map(|progress| match progress.waits {
        Some(seconds) => format!(" · Updating… Entrata is busy. Continuing in {}. ", for_seconds(seconds)),
        None => " · Updating… ".to_owned(),
    });
    view! {
        <form class="refresh" method="post" action=action>
            <span data-part="age" role="status">
                {read_at.map(|at| view! { "Updated " <Ago at now /> })}
                {reading.map(|line| view! { <span data-reading>{line} <a href=address>"Check again"</a></span> })}
            </span>
            {fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view()}
            <button class="quiet" type="submit">"Refresh"</button>
        </form>
    }
}

fn words(error: ReadError, company: &str) -> String {
    match error {
        ReadError::OpenAgain => {
            format!("Open Latchkey again from Entrata to load new data for {company}.")
        }
        ReadError::NotPermitted => {
            "Latchkey doesn’t have access to this property. Your Entrata administrator can allow it.".into()
        }
        ReadError::ListNotPermitted => format!(
            "Latchkey doesn’t have access to the property list of {company}. Your Entrata administrator can allow it."
        ),
        ReadError::NotEnabled => format!("Latchkey isn’t turned on for {company} in Entrata."),
        ReadError::Down => format!("We can’t reach Entrata for {company} right now."),
        ReadError::TooSlow => format!("Entrata took too long to respond for {company}."),
        ReadError::Limited(None) => "Entrata is busy. Try again in a minute.".into(),
        ReadError::Limited(Some(seconds)) => {
            let minutes = (seconds + 59) / 60;
            let unit = if minutes == 1 { "minute" } else { "minutes" };
            format!("Entrata is busy. Try again in {minutes} {unit}.")
        }
        ReadError::NotUnderstood => format!("Latchkey couldn’t read Entrata’s response for {company}."),
        ReadError::Busy => "Several lists are already loading. Wait for one to finish, then try again.".into(),
        ReadError::Failed => "Something went wrong on our end. Try again in a moment.".into(),
    }
}

fn reason(error: ReadError) -> &'static str {
    match error {
        ReadError::OpenAgain => "open-again",
        ReadError::NotPermitted => "not-permitted",
        ReadError::ListNotPermitted => "list-not-permitted",
        ReadError::NotEnabled => "not-enabled",
        ReadError::Down => "down",
        ReadError::TooSlow => "slow",
        ReadError::Limited(_) => "limited",
        ReadError::NotUnderstood => "not-understood",
        ReadError::Busy => "busy",
        ReadError::Failed => "failed",
    }
}
