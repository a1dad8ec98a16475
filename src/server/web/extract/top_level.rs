//! A page for the top level of a tab, as an extension of its response. Nobody may frame it: a person could be made to
//! click it unawares.

/// Makes the headers layer send `frame-ancestors 'none'`.
#[derive(Debug, Clone)]
pub struct TopLevel {
    /// The origin that the page's forms redirect to, besides our own; may be empty. With `'self'` alone, Chromium
    /// blocks the redirect.
    pub form_target: String,
}
