//! What to select from a list: words to find, a column to sort by, a page. Read from a URL's query, and written to it.

/// The most characters of a search.
const LONGEST: usize = 100;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListQuery {
    pub words: String,
    /// A column's name; empty for the default order.
    pub sort: String,
    pub descending: bool,
    /// Counted from 1.
    pub page: usize,
    /// Whether to list all of the account's companies, not only the visit's.
    pub all: bool,
    /// Whether to show the whole list on one page, to print it.
    pub whole: bool,
}

impl ListQuery {
    /// Reads a query. Unknown and invalid parts are ignored.
    pub fn parse(query: &str) -> Self {
        let mut parsed = Self { page: 1, ..Self::default() };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "q" => parsed.words = value.trim().chars().take(LONGEST).collect(),
                "sort" => {
                    let column = value.trim_start_matches('-');
                    if !column.is_empty() && column.len() <= 16 && column.bytes().all(|b| b.is_ascii_lowercase()) {
                        (parsed.sort, parsed.descending) = (column.to_owned(), value.starts_with('-'));
                    }
                }
                "page" => parsed.page = value.parse().ok().filter(|page| *page > 0).unwrap_or(1),
                "all" => parsed.all = value == "1",
                "whole" => parsed.whole = value == "1",
                _ => {}
            }
        }
        parsed
    }

    /// Returns the URL of a list at `path` with this query.
    pub fn at(&self, path: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if self.all {
            query.append_pair("all", "1");
        }
        if !self.words.is_empty() {
            query.append_pair("q", &self.words);
        }
        if !self.sort.is_empty() {
            query.append_pair("sort", &self.sorting());
        }
        if self.page > 1 {
            query.append_pair("page", &self.page.to_string());
        }
        if self.whole {
            query.append_pair("whole", "1");
        }
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// Returns `column`, or `-column` if descending.
    pub fn sorting(&self) -> String {
        if self.descending { format!("-{}", self.sort) } else { self.sort.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::ListQuery;

    #[test]
    fn a_query_is_read_and_written_again_and_invalid_parts_are_ignored() {
        for query in ["", "all=1&q=o%26k+1&sort=-city&page=7", "q=x", "sort=name&whole=1"] {
            let address = ListQuery::parse(query).at("/p");
            assert_eq!(address, if query.is_empty() { "/p".into() } else { format!("/p?{query}") });
        }
        for nonsense in ["page=0", "page=-1", "page=x", "sort=<b>", "sort=-", "all=yes", "nothing", "%FF=%FF&&="] {
            assert_eq!(ListQuery::parse(nonsense).at("/p"), "/p", "{nonsense}");
        }
        assert_eq!(ListQuery::parse(&format!("q={}", "é".repeat(500))).words.chars().count(), 100);
    }
}
