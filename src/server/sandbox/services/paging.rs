//! Pages of a list, as the address asks for them: `?page_no=2&per_page=500`. Without `per_page` there is one page with everything.

use std::borrow::Cow;
use std::ops::Range;

use super::super::check::Refusal;
use super::super::fault::Fault;
use super::asked::ServiceCall;

/// Which part of a list an answer holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Slice {
    pub(super) rows: Range<u64>,
    pub(super) total: u64,
    page: u64,
    pages: u64,
    per_page: u64,
}

impl Slice {
    pub(super) fn of(total: u64, page: u64, per_page: u64) -> Result<Self, Refusal> {
        let pages = total.div_ceil(per_page).max(1);
        if page == 0 || page > pages {
            return Err(out_of_range("page_no", pages));
        }
        let begin = (page - 1) * per_page;
        Ok(Self { rows: begin..total.min(begin.saturating_add(per_page)), total, page, pages, per_page })
    }
}

impl ServiceCall {
    /// # Errors
    /// A page that does not exist, in the words that tell a client to stop.
    pub(super) fn slice(&self, total: u64) -> Result<Slice, Refusal> {
        let per_page = match self.query("per_page").map(str::parse) {
            None => total.max(1),
            Some(Ok(per_page)) if per_page > 0 => per_page,
            Some(_) => return Err(out_of_range("per_page", total.max(1))),
        };
        let page = self.query("page_no").map_or(1, |page| page.parse().unwrap_or(0));
        let (page, per_page) = self.faults.iter().fold((page, per_page), |asked, fault| match fault {
            Fault::PagingIgnored => (1, total.max(1)),
            Fault::PageRepeats => (1, per_page),
            Fault::PagesOfAHundred => (page, per_page.min(100)),
            _ => asked,
        });
        Slice::of(total, page, per_page)
    }

    /// `Link` and `X-Total-Count`, where they were asked for.
    pub(super) fn page_headers(&self, slice: &Slice) -> Vec<(&'static str, String)> {
        let has = |fault: Fault| self.faults.contains(&fault);
        if !self.wants_links || has(Fault::PageLinksMissing) {
            return Vec::new();
        }
        if has(Fault::PageLinksForeign) {
            return vec![("link", "</style.css>; rel=preload; as=style".to_owned())];
        }
        let address = if has(Fault::PageLinksElsewhere) { "http://pages.evil.example/next" } else { &self.address };
        let link = |name: &str, page: u64| {
            let target = format!("<{address}?page_no={page}&per_page={}>", slice.per_page);
            if has(Fault::PageLinksOdd) {
                format!("{target}; title=\"{name}, or so\"; REL={}; type=\"application/json\"", name.to_uppercase())
            } else {
                format!("{target}; rel=\"{name}\"")
            }
        };
        let mut links = vec![link("first", 1)];
        links.extend((slice.page > 1).then(|| link("prev", slice.page - 1)));
        links.extend((slice.page < slice.pages).then(|| link("next", slice.page + 1)));
        links.push(link("last", slice.pages));
        let told = match () {
            () if has(Fault::TotalCountWrong) => slice.total * 2 + 7,
            () if has(Fault::TotalCountOfPage) => slice.rows.end - slice.rows.start,
            () => slice.total,
        };
        let link = ("link", links.join(", "));
        let total = ("x-total-count", told.to_string());
        let without = [(Fault::TotalCountOnly, "link"), (Fault::PageLinksOdd, "x-total-count")];
        let is_left_out = |name| without.iter().any(|(fault, header)| has(*fault) && *header == name);
        [link, total].into_iter().filter(|(name, _)| !is_left_out(*name)).collect()
    }
}

fn out_of_range(name: &str, last: u64) -> Refusal {
    Refusal { code: 400, message: Cow::Owned(format!("{name}: value must be between 1 and {last}.")) }
}
