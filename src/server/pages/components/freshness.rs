//! How old a list is and why it is not newer, and the button that reads it again.

use leptos::prelude::*;

use super::{Ago, Banner, BannerKind};
use crate::server::{
    clock::Epoch,
    messages::{Messages, message},
    pages::{rich, use_messages},
    records::{CachedList, ListName, Progress, ReadError, State},
};

/// How old a list is and why it is not newer, for a page to show.
#[derive(Debug, Clone)]
pub struct Freshness {
    /// The company's name.
    pub company: String,
    pub list: ListName,
    pub read_at: Option<Epoch>,
    pub progress: Option<Progress>,
    pub error: Option<ReadError>,
    /// Whether there was more than the cache keeps.
    pub cut: bool,
    pub now: Epoch,
}

impl Freshness {
    pub fn new<T>(company: &str, list: ListName, state: &State<T>, now: Epoch) -> Self {
        let cached: Option<&CachedList<T>> = state.cached.as_ref();
        Self {
            company: company.to_owned(),
            list,
            read_at: cached.map(|cached| cached.read_at),
            progress: state.progress,
            error: state.error,
            cut: cached.is_some_and(|cached| cached.cut),
            now,
        }
    }
}

/// How much of a list is loaded, in one line. Entrata reports the number of pages, so the total is an estimate.
fn progress_line(messages: Messages, list: &ListName, progress: Progress) -> String {
    let Progress { page, pages, rows, waits } = progress;
    let total = |pages: u32| rows.saturating_mul(pages as usize) / (page as usize).max(1);
    let loading = match list {
        ListName::Properties => message!(messages, "loading-properties").to_owned(),
        ListName::PropertiesOf(company) => message!(messages, "loading-company-properties", company = company),
        ListName::Residents => message!(messages, "loading-residents").to_owned(),
        ListName::Leases => message!(messages, "loading-leases").to_owned(),
    };
    let loaded = match (rows, pages) {
        (0, _) => None,
        (rows, None) => Some(message!(messages, "loading-so-far", rows = rows)),
        (rows, Some(pages)) => Some(message!(messages, "loading-of-about", rows = rows, total = total(pages))),
    };
    let busy = waits.map(|wait| message!(messages, "loading-busy", wait = seconds(messages, wait)));
    [Some(loading), loaded, busy].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn seconds(messages: Messages, count: Epoch) -> String {
    message!(messages, "seconds", count = count)
}

/// The progress line of a list, in a page that is sent in parts.
pub fn progress_step(list: &ListName, progress: Progress) -> AnyView {
    let line = progress_line(use_messages(), list, progress);
    view! { <p data-step>{line}</p> }.into_any()
}

/// Why a list could not be read, that it is still loading, or that it was cut. `address`: the page's own.
#[component]
pub fn ListStatus(freshness: Freshness, address: String) -> impl IntoView {
    let messages = use_messages();
    let Freshness { company, list, read_at, progress, error, cut, now } = freshness;
    let older_data = move || read_at.map(|at| rich!(messages, "list-older-data", time = view! { <Ago at now /> }));
    let loading = progress.filter(|_| read_at.is_none()).map(|progress| {
        let line = progress_line(messages, &list, progress);
        message!(messages, "list-slow", progress = line)
    });
    view! {
        {error.map(|error| view! {
            <div data-trouble=error_code(error)>
                <Banner kind=BannerKind::Error>{error_text(messages, error, &company)} " " {older_data()}</Banner>
            </div>
        })}
        {loading.map(|line| view! {
            <Banner kind=BannerKind::Info>
                <span data-reading>{line} " " <a href=address>{message!(messages, "list-check-again")}</a></span>
            </Banner>
        })}
        {cut.then(|| view! { <Banner kind=BannerKind::Info>{message!(messages, "list-cut")}</Banner> })}
    }
}

/// When a list was read, whether it is being read again, and a button for that. `fields`: the hidden fields that name
/// the list. `address`: the page's own. A page with `data-reading` updates itself by script until the list is read;
/// without script, the link does that.
#[component]
pub fn Refresh(
    freshness: Freshness,
    action: String,
    address: String,
    fields: Vec<(&'static str, String)>,
) -> impl IntoView {
    let messages = use_messages();
    let Freshness { read_at, progress, now, .. } = freshness;
    let updating = progress.filter(|_| read_at.is_some()).map(|progress| match progress.waits {
        Some(wait) => message!(messages, "list-updating-busy", wait = seconds(messages, wait)),
        None => message!(messages, "list-updating").to_owned(),
    });
    let check_again = message!(messages, "list-check-again");
    view! {
        <form class="refresh" method="post" action=action>
            <span data-part="age" role="status">
                {read_at.map(|at| rich!(messages, "list-updated", time = view! { <Ago at now /> }))}
                {updating.map(|line| view! {
                    <span data-reading>{format!(" · {line} ")} <a href=address>{check_again}</a></span>
                })}
            </span>
            {fields
                .into_iter()
                .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
                .collect_view()}
            <button class="quiet" type="submit">{message!(messages, "list-refresh")}</button>
        </form>
    }
}

fn error_text(messages: Messages, error: ReadError, company: &str) -> String {
    match error {
        ReadError::OpenAgain => message!(messages, "read-open-again", company = company),
        ReadError::NotPermitted => message!(messages, "read-not-permitted").to_owned(),
        ReadError::ListNotPermitted => message!(messages, "read-list-not-permitted", company = company),
        ReadError::NotEnabled => message!(messages, "read-not-enabled", company = company),
        ReadError::Down => message!(messages, "read-down", company = company),
        ReadError::TooSlow => message!(messages, "read-too-slow", company = company),
        ReadError::Limited(None) => message!(messages, "read-limited").to_owned(),
        ReadError::Limited(Some(seconds)) => {
            let wait = message!(messages, "minutes", count = (seconds + 59) / 60);
            message!(messages, "read-limited-for", wait = wait)
        }
        ReadError::NotUnderstood => message!(messages, "read-not-understood", company = company),
        ReadError::Busy => message!(messages, "read-busy").to_owned(),
        ReadError::Failed => message!(messages, "read-failed").to_owned(),
    }
}

/// A name for the error that scripts and tests can rely on.
fn error_code(error: ReadError) -> &'static str {
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
