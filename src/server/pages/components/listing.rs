//! What stands around a list that can be searched, sorted, paged, printed and downloaded.

use leptos::prelude::*;

use crate::server::records::{ListQuery, Selected};

/// A list's address, what it was asked, and what came of that.
#[derive(Debug, Clone)]
pub struct Listing {
    /// Below the visit, without a query.
    pub path: String,
    pub query: ListQuery,
    pub matching: usize,
    pub of: usize,
    pub page: usize,
    pub pages: usize,
    pub printable: bool,
    /// Whether the list was read at all.
    pub known: bool,
    /// What is listed: one, and several.
    pub noun: (&'static str, &'static str),
}

impl Listing {
    pub fn new<T>(path: String, query: &ListQuery, selected: &Selected<T>, noun: (&'static str, &'static str)) -> Self {
        let Selected { matching, of, page, pages, printable, .. } = *selected;
        Self { path, query: query.clone(), matching, of, page, pages, printable, known: true, noun }
    }

    fn at(&self, change: impl FnOnce(&mut ListQuery)) -> String {
        let mut query = ListQuery { page: 1, whole: false, ..self.query.clone() };
        change(&mut query);
        query.at(&self.path)
    }

    /// `12 of 40 residents`
    fn count(&self) -> String {
        let noun = if self.of == 1 { self.noun.0 } else { self.noun.1 };
        match (self.of, self.matching) {
            (0, _) if !self.known => String::new(),
            (0, _) => format!("No {}", self.noun.1),
            (_, 0) => format!("No matching {}", self.noun.1),
            (of, matching) if of == matching => format!("{} {noun}", grouped(of)),
            (of, matching) => format!("{} of {} {noun}", grouped(matching), grouped(of)),
        }
    }
}

/// `20,000`
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The search, which needs no button where there is script, and what came of it.
#[component]
pub fn Search(listing: Listing, label: String) -> impl IntoView {
    let count = listing.count();
    let Listing { path, query, .. } = listing;
    let sorting = query.sorting();
    view! {
        <form class="search" method="get" role="search" action=path data-live>
            <label for="find">{label}</label>
            <div class="search-field">
                <input id="find" type="search" name="q" value=query.words autocomplete="off" spellcheck="false" maxlength="100" />
                <button type="submit">"Search"</button>
            </div>
            {query.all.then(|| view! { <input type="hidden" name="all" value="1" /> })}
            {(!sorting.is_empty()).then(|| view! { <input type="hidden" name="sort" value=sorting /> })}
            <p class="filter-count" role="status" data-part="count">{count}</p>
        </form>
    }
}

/// A column's head, which sorts by it; and the other way round, when it does so already.
#[component]
pub fn Column(
    listing: Listing,
    name: &'static str,
    label: &'static str,
    /// The column that the list is sorted by when nothing else is asked.
    #[prop(default = false)]
    own: bool,
) -> impl IntoView {
    let sorted = listing.query.sort == name || (own && listing.query.sort.is_empty());
    let descending = sorted && listing.query.descending;
    let order = sorted.then_some(if descending { "descending" } else { "ascending" });
    let href = listing.at(|query| {
        name.clone_into(&mut query.sort);
        query.descending = sorted && !descending;
    });
    let arrow = order.map(|order| if order == "descending" { " ↓" } else { " ↑" });
    view! { <th scope="col" aria-sort=order><a href=href>{label} <span aria-hidden="true">{arrow}</span></a></th> }
}

/// A cell of plain text, which a narrow frame leaves out where there is none.
#[component]
pub fn Cell(label: &'static str, text: String) -> impl IntoView {
    let empty = text.is_empty();
    view! { <td data-label=label data-empty=empty>{text}</td> }
}

/// In place of the rows when the search finds none.
#[component]
pub fn NoMatch(listing: Listing) -> impl IntoView {
    let all = listing.at(|query| query.words.clear());
    let text = format!("No {} match “{}”. ", listing.noun.1, listing.query.words);
    view! { <p class="card empty">{text} <a href=all>"Clear search"</a></p> }
}

/// Links to the previous and the next page of a list that has several.
#[component]
pub fn Pager(listing: Listing) -> impl IntoView {
    let Listing { page, pages, .. } = listing;
    let to = |page: usize| listing.at(|query| query.page = page);
    let (back, on) = ((page > 1).then(|| to(page - 1)), (page < pages).then(|| to(page + 1)));
    (pages > 1).then(|| {
        view! {
            <nav class="pager" aria-label="Pagination">
                {back.map(|href| view! { <a class="button" href=href rel="prev">"Previous"</a> })}
                <span>{format!("Page {} of {}", grouped(page), grouped(pages))}</span>
                {on.map(|href| view! { <a class="button" href=href rel="next">"Next"</a> })}
            </nav>
        }
    })
}

/// The list as a file, and on paper; nothing where there are no rows, as when the list could not be read. The link has
/// no `download` attribute: with one, Chromium sends no partitioned cookie from a frame, and `Content-Disposition` does
/// the same.
#[component]
pub fn TakeAway(listing: Listing, file: String) -> impl IntoView {
    let mut query = ListQuery { page: 1, ..listing.query.clone() };
    query.whole = false;
    let file = query.at(&file);
    let whole = (listing.printable && listing.pages > 1).then(|| listing.at(|query| query.whole = true));
    view! {
        <p class="aside downloads">
            {(listing.of > 0).then(|| view! { <a href=file data-download>"Download as CSV"</a> })}
            {whole.map(|href| view! { " · " <a href=href>"Show all on one page to print"</a> })}
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn large_numbers_are_grouped() {
        assert_eq!([0, 999, 1_000, 20_000, 1_234_567].map(grouped), ["0", "999", "1,000", "20,000", "1,234,567"]);
    }
}
