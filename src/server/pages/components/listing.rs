//! Search, sorting, paging and downloads of a list.

use leptos::prelude::*;

use crate::server::{
    messages::{Messages, message},
    pages::use_messages,
    records::{ListQuery, Selected},
};

/// The rows that can be searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    Properties,
    Residents,
}

/// A list's address, its query, and how many rows match.
#[derive(Debug, Clone)]
pub struct Listing {
    /// Below the visit, without a query.
    pub path: String,
    pub query: ListQuery,
    pub matching: usize,
    pub total: usize,
    pub page: usize,
    pub pages: usize,
    pub printable: bool,
    /// Whether the list was read at all.
    pub was_read: bool,
    pub rows: Rows,
}

impl Listing {
    pub fn new<T>(path: String, query: &ListQuery, selected: &Selected<T>, rows: Rows) -> Self {
        let Selected { matching, total, page, pages, printable, .. } = *selected;
        Self { path, query: query.clone(), matching, total, page, pages, printable, was_read: true, rows }
    }

    fn address_with(&self, change: impl FnOnce(&mut ListQuery)) -> String {
        let mut query = ListQuery { page: 1, whole: false, ..self.query.clone() };
        change(&mut query);
        query.at(&self.path)
    }

    /// `12 of 40 residents`
    fn count(&self, messages: Messages) -> String {
        match (self.total, self.matching) {
            (0, _) if !self.was_read => String::new(),
            (0, _) => match self.rows {
                Rows::Properties => message!(messages, "properties-none").to_owned(),
                Rows::Residents => message!(messages, "residents-none").to_owned(),
            },
            (_, 0) => match self.rows {
                Rows::Properties => message!(messages, "properties-no-match").to_owned(),
                Rows::Residents => message!(messages, "residents-no-match").to_owned(),
            },
            (total, shown) if total == shown => match self.rows {
                Rows::Properties => message!(messages, "properties-all", total = total),
                Rows::Residents => message!(messages, "residents-all", total = total),
            },
            (total, shown) => match self.rows {
                Rows::Properties => message!(messages, "properties-some", shown = shown, total = total),
                Rows::Residents => message!(messages, "residents-some", shown = shown, total = total),
            },
        }
    }
}

/// The search form and the number of matches. With script, it searches as the user types.
#[component]
pub fn Search(listing: Listing) -> impl IntoView {
    let messages = use_messages();
    let count = listing.count(messages);
    let label = match listing.rows {
        Rows::Properties => message!(messages, "property-find"),
        Rows::Residents => message!(messages, "resident-find"),
    };
    let Listing { path, query, .. } = listing;
    let sorting = query.sorting();
    view! {
        <form class="search" method="get" role="search" action=path data-live>
            <label for="find">{label}</label>
            <div class="search-field">
                <input id="find" type="search" name="q" value=query.words autocomplete="off" spellcheck="false"
                    maxlength="100" />
                <button type="submit">{message!(messages, "search")}</button>
            </div>
            {query.all.then(|| view! { <input type="hidden" name="all" value="1" /> })}
            {(!sorting.is_empty()).then(|| view! { <input type="hidden" name="sort" value=sorting /> })}
            <p class="filter-count" role="status" data-part="count">{count}</p>
        </form>
    }
}

/// A column's head. Its link sorts by the column, in the other direction if the list is sorted by it already.
#[component]
pub fn Column(
    listing: Listing,
    name: &'static str,
    label: &'static str,
    /// Whether the list is sorted by this column if the query names none.
    #[prop(default = false)]
    is_default: bool,
) -> impl IntoView {
    let sorted = listing.query.sort == name || (is_default && listing.query.sort.is_empty());
    let descending = sorted && listing.query.descending;
    let order = sorted.then_some(if descending { "descending" } else { "ascending" });
    let href = listing.address_with(|query| {
        name.clone_into(&mut query.sort);
        query.descending = sorted && !descending;
    });
    let arrow = order.map(|order| if order == "descending" { " ↓" } else { " ↑" });
    view! { <th scope="col" aria-sort=order><a href=href>{label} <span aria-hidden="true">{arrow}</span></a></th> }
}

/// A cell of plain text. A narrow frame hides an empty one.
#[component]
pub fn Cell(label: &'static str, text: String) -> impl IntoView {
    let empty = text.is_empty();
    view! { <td data-label=label data-empty=empty>{text}</td> }
}

/// Shown instead of the rows when the search finds none.
#[component]
pub fn NoMatch(listing: Listing) -> impl IntoView {
    let all = listing.address_with(|query| query.words.clear());
    let (messages, query) = (use_messages(), &listing.query.words);
    let text = match listing.rows {
        Rows::Properties => message!(messages, "properties-no-match-for", query = query),
        Rows::Residents => message!(messages, "residents-no-match-for", query = query),
    };
    view! { <p class="card empty">{text} " " <a href=all>{message!(messages, "clear-search")}</a></p> }
}

/// Links to the previous and the next page of a list that has several.
#[component]
pub fn Pager(listing: Listing) -> impl IntoView {
    let Listing { page, pages, .. } = listing;
    let to = |page: usize| listing.address_with(|query| query.page = page);
    let (previous, next) = ((page > 1).then(|| to(page - 1)), (page < pages).then(|| to(page + 1)));
    let messages = use_messages();
    (pages > 1).then(|| {
        view! {
            <nav class="pager" aria-label=message!(messages, "list-pages-label")>
                {previous.map(|href| view! {
                    <a class="button" href=href rel="prev">{message!(messages, "list-previous")}</a>
                })}
                <span>{message!(messages, "list-page", page = page, pages = pages)}</span>
                {next.map(|href| view! {
                    <a class="button" href=href rel="next">{message!(messages, "list-next")}</a>
                })}
            </nav>
        }
    })
}

/// Links to the list as a file and as one page to print; none while the list is empty. The link has no `download`
/// attribute: with one, Chromium sends no partitioned cookie from a frame. `Content-Disposition` does the same.
#[component]
pub fn DownloadLinks(listing: Listing, file: String) -> impl IntoView {
    let messages = use_messages();
    let file = ListQuery { page: 1, whole: false, ..listing.query.clone() }.at(&file);
    let print = (listing.printable && listing.pages > 1).then(|| listing.address_with(|query| query.whole = true));
    view! {
        <p class="aside downloads">
            {(listing.total > 0)
                .then(|| view! { <a href=file data-download>{message!(messages, "list-download")}</a> })}
            {print.map(|href| view! { " · " <a href=href>{message!(messages, "list-print")}</a> })}
        </p>
    }
}
