//! How old a list is, why it is no newer, and reading it anew.

use leptos::prelude::*;

use super::{Ago, Message, Tone, listing::grouped};
use crate::server::{
    clock::Epoch,
    records::{Kept, Progress, State, Trouble},
};

/// A list's standing, for a page to tell.
#[derive(Debug, Clone)]
pub struct Freshness {
    /// The company's name.
    pub company: String,
    pub read_at: Option<Epoch>,
    pub progress: Option<Progress>,
    pub trouble: Option<Trouble>,
    /// Whether there was more than is kept.
    pub cut: bool,
    pub now: Epoch,
}

impl Freshness {
    pub fn new<T>(company: &str, state: &State<T>, now: Epoch) -> Self {
        let kept: Option<&Kept<T>> = state.kept.as_ref();
        Self {
            company: company.to_owned(),
            read_at: kept.map(|kept| kept.read_at),
            progress: state.progress,
            trouble: state.trouble,
            cut: kept.is_some_and(|kept| kept.cut),
            now,
        }
    }
}

/// How far a reading is, in a line.
pub fn progress_line(company: &str, Progress { page, pages, rows, waits }: Progress) -> String {
    let rows = if rows == 0 { String::new() } else { format!(" · {} so far", grouped(rows)) };
    match (page, pages, waits) {
        (_, _, Some(seconds)) => format!("Reading from {company}: Entrata asks to wait {seconds} seconds{rows}"),
        (0, ..) => format!("Reading from {company} …"),
        (page, None, _) => format!("Reading from {company}: page {page}{rows}"),
        (page, Some(of), _) => format!("Reading from {company}: page {page} of {of}{rows}"),
    }
}

/// Such a line, in a page that is sent in parts.
pub fn step(line: String) -> AnyView {
    view! { <p data-step>{line}</p> }.into_any()
}

/// What is wrong with a list, where something is. `address`: the page's own.
#[component]
pub fn Standing(of: Freshness, address: String) -> impl IntoView {
    let Freshness { company, read_at, progress, trouble, cut, now } = of;
    let words = trouble.map(|trouble| words(trouble, &company));
    let reason = trouble.map(reason);
    let read = read_at.filter(|_| trouble.is_some());
    let reading = progress.filter(|_| read_at.is_none()).map(|progress| progress_line(&company, progress));
    view! {
        {words.map(|words| view! {
            <div data-trouble=reason>
                <Message tone=Tone::Problem>
                    {words}
                    {read.map(|at| view! { " What you see was read " <Ago at now /> "." })}
                </Message>
            </div>
        })}
        {reading.map(|line| view! {
            <Message tone=Tone::Note>
                <span data-reading>{line} ". This takes longer than usual. " <a href=address>"Show the update"</a></span>
            </Message>
        })}
        {cut.then(|| view! { <Message tone=Tone::Note>"The list is longer than Latchkey shows: it ends after 100,000."</Message> })}
    }
}

/// When a list was read, whether that is being done again, and a button for it. `fields`: what the form says it is. `address`: the page's
/// own. A page that has `data-reading` updates itself, by script, until the reading has ended; without script the link does that.
#[component]
pub fn Refresh(of: Freshness, action: String, address: String, fields: Vec<(&'static str, String)>) -> impl IntoView {
    let Freshness { read_at, progress, now, .. } = of;
    let reading = progress.filter(|_| read_at.is_some()).map(|progress| match progress.waits {
        Some(seconds) => format!(", being read anew: Entrata asks to wait {seconds} seconds. "),
        None => ", being read anew. ".to_owned(),
    });
    view! {
        <form class="refresh" method="post" action=action>
            <span data-part="age" role="status">
                {read_at.map(|at| view! { "Read from Entrata " <Ago at now /> })}
                {reading.map(|line| view! { <span data-reading>{line} <a href=address>"Show the update"</a></span> })}
            </span>
            {fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view()}
            <button class="quiet" type="submit">"Refresh"</button>
        </form>
    }
}

fn words(trouble: Trouble, company: &str) -> String {
    match trouble {
        Trouble::OpenAgain => {
            format!("Open Latchkey again from Entrata, as somebody of {company}: Entrata gives new data only then.")
        }
        Trouble::NotPermitted => {
            "Latchkey may not read this property. Whoever manages the apps in Entrata can allow it.".into()
        }
        Trouble::ListNotPermitted => format!(
            "Entrata does not let Latchkey read the list of {company}’s properties. Whoever manages the apps in Entrata can allow it."
        ),
        Trouble::NotEnabled => format!("{company} has not enabled Latchkey in Entrata, or not any more."),
        Trouble::Down => format!("Entrata can’t be reached for {company} right now."),
        Trouble::TooSlow => format!("Entrata took too long to answer for {company}."),
        Trouble::Limited(None) => {
            format!("Entrata takes no more questions for {company} just now. Try it again in a minute.")
        }
        Trouble::Limited(Some(seconds)) => {
            let minutes = (seconds + 59) / 60;
            let unit = if minutes == 1 { "minute" } else { "minutes" };
            format!("Entrata takes no more questions for {company} just now. Try it again in {minutes} {unit}.")
        }
        Trouble::NotUnderstood => {
            format!("Entrata answered something for {company} that Latchkey does not understand.")
        }
        Trouble::Busy => "Several lists are being read already. Wait for one of them, then try it again.".into(),
        Trouble::Failed => "Something went wrong here. Try it again in a moment.".into(),
    }
}

fn reason(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::OpenAgain => "open-again",
        Trouble::NotPermitted => "not-permitted",
        Trouble::ListNotPermitted => "list-not-permitted",
        Trouble::NotEnabled => "not-enabled",
        Trouble::Down => "down",
        Trouble::TooSlow => "slow",
        Trouble::Limited(_) => "limited",
        Trouble::NotUnderstood => "not-understood",
        Trouble::Busy => "busy",
        Trouble::Failed => "failed",
    }
}
