//! Pages of a list, as the URL requests them: `?page_no=2&per_page=500`. Without `per_page`, one page holds all rows.

use std::borrow::Cow;
use std::ops::Range;

use super::request::ServiceRequest;
use crate::entrata::error::ApiError;
use crate::entrata::faults::Fault;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) rows: Range<u64>,
    /// The rows of all pages.
    pub(super) total: u64,
    number: u64,
    page_count: u64,
    per_page: u64,
}

impl Page {
    /// Returns the page that a request asks for.
    ///
    /// # Errors
    /// 400 if there is no such page, with the message that tells clients to stop.
    pub(super) fn of_request(request: &ServiceRequest, total: u64, faults: &[Fault]) -> Result<Self, ApiError> {
        let per_page = match request.query("per_page").map(str::parse) {
            None => total.max(1),
            Some(Ok(per_page)) if per_page > 0 => per_page,
            Some(_) => return Err(out_of_range("per_page", total.max(1))),
        };
        let number = request.query("page_no").map_or(1, |number| number.parse().unwrap_or(0));
        let (number, per_page) = faults.iter().fold((number, per_page), |requested, fault| match fault {
            Fault::PagingIgnored => (1, total.max(1)),
            Fault::PageRepeats => (1, per_page),
            Fault::PagesOfAHundred => (number, per_page.min(100)),
            _ => requested,
        });
        let page_count = total.div_ceil(per_page).max(1);
        if number == 0 || number > page_count {
            return Err(out_of_range("page_no", page_count));
        }
        let start = (number - 1) * per_page;
        let rows = start..total.min(start.saturating_add(per_page));
        Ok(Self { rows, total, number, page_count, per_page })
    }

    /// Returns the value of the `Link` header.
    fn links(&self, url: &str, has_odd_syntax: bool) -> String {
        let link = |relation: &str, number: u64| {
            let target = format!("<{url}?page_no={number}&per_page={}>", self.per_page);
            if has_odd_syntax {
                let uppercase = relation.to_uppercase();
                format!("{target}; title=\"{relation}, or so\"; REL={uppercase}; type=\"application/json\"")
            } else {
                format!("{target}; rel=\"{relation}\"")
            }
        };
        let mut links = vec![link("first", 1)];
        links.extend((self.number > 1).then(|| link("prev", self.number - 1)));
        links.extend((self.number < self.page_count).then(|| link("next", self.number + 1)));
        links.push(link("last", self.page_count));
        links.join(", ")
    }
}

/// Returns `Link` and `X-Total-Count` if the request asks for them.
pub(super) fn headers(page: &Page, request: &ServiceRequest, faults: &[Fault]) -> Vec<(&'static str, String)> {
    let has = |fault: Fault| faults.contains(&fault);
    if !request.wants_page_links || has(Fault::PageLinksMissing) {
        return Vec::new();
    }
    if has(Fault::PageLinksForeign) {
        return vec![("link", "</style.css>; rel=preload; as=style".to_owned())];
    }
    let url = if has(Fault::PageLinksElsewhere) { "http://pages.evil.example/next" } else { &request.url };
    let total = match () {
        () if has(Fault::TotalCountWrong) => page.total * 2 + 7,
        () if has(Fault::TotalCountOfPage) => page.rows.end - page.rows.start,
        () => page.total,
    };
    let mut headers = Vec::new();
    if !has(Fault::TotalCountOnly) {
        headers.push(("link", page.links(url, has(Fault::PageLinksOdd))));
    }
    if !has(Fault::PageLinksOdd) {
        headers.push(("x-total-count", total.to_string()));
    }
    headers
}

fn out_of_range(parameter: &str, max: u64) -> ApiError {
    ApiError { code: 400, message: Cow::Owned(format!("{parameter}: value must be between 1 and {max}.")) }
}
