//! What `Link` headers say of further pages (RFC 8288). Nothing else of them is used: where they lead to is never followed.

use reqwest::header::{HeaderMap, LINK};

/// Relations by which the pages of a list are told.
const PAGING: [&str; 5] = ["first", "prev", "previous", "next", "last"];

/// Whether there is a next page; none where no link is about pages.
pub(super) fn has_next(headers: &HeaderMap) -> Option<bool> {
    let texts = headers.get_all(LINK).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    let relations: Vec<String> =
        texts.flat_map(|text| parts(&text, ',').flat_map(relations).collect::<Vec<_>>()).collect();
    let has = |names: &[&str]| relations.iter().any(|relation| names.contains(&relation.as_str()));
    has(&PAGING).then(|| has(&["next"]))
}

/// The relations of a link, in lower case. Of several `rel` only the first counts (3.3).
fn relations(link: &str) -> Vec<String> {
    let params = parts(link, ';').skip(1).filter_map(|param| param.split_once('='));
    let rel =
        params.map(|(name, value)| (name.trim(), value.trim())).find(|(name, _)| name.eq_ignore_ascii_case("rel"));
    let names = rel.map(|(_, value)| value.trim_matches('"').to_ascii_lowercase()).unwrap_or_default();
    names.split_ascii_whitespace().map(str::to_owned).collect()
}

/// What stands between separators, which mean nothing inside `<…>` and `"…"`.
fn parts(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut until, mut escaped) = (None, false);
    text.split(move |c| {
        match (until, c) {
            (Some('"'), _) if escaped => escaped = false,
            (Some('"'), '\\') => escaped = true,
            (Some(end), _) if c == end => until = None,
            (None, '<') => until = Some('>'),
            (None, '"') => until = Some('"'),
            _ => {}
        }
        until.is_none() && c == separator
    })
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn said(links: &[&str]) -> Option<bool> {
        let values = links.iter().map(|link| HeaderValue::from_bytes(link.as_bytes()).unwrap());
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(LINK, value);
        }
        has_next(&headers)
    }

    #[test]
    fn a_next_link_is_understood_in_every_form_that_it_may_have() {
        for next in [
            "<?page_no=2>; rel=\"next\"",
            "<?page_no=2>;rel=next",
            "<?page_no=2> ; REL = \"Next\"",
            "<?page_no=2>; rel=\"last next\"",
            "<?page_no=2>; title=\"a, b; \\\" rel=prev\"; rel=next; type=\"application/json\"",
            "<?ids=1,2;rel=prev>; rel=next",
            "<?page_no=1>; rel=first, <?page_no=2>; rel=next,",
            "</é>; title=\"é\"; rel=next",
        ] {
            assert_eq!(said(&[next]), Some(true), "{next}");
        }
        assert_eq!(said(&["<?page_no=1>; rel=first", "<?page_no=2>; rel=next"]), Some(true), "in a header of its own");
    }

    #[test]
    fn links_of_pages_without_a_next_one_say_the_end_and_others_say_nothing() {
        for last in
            ["<?page_no=1>; rel=\"prev\"", "<?page_no=1>; rel=\"first last\"; x=\"rel=next\"", "<next>; rel=last"]
        {
            assert_eq!(said(&[last]), Some(false), "{last}");
        }
        for other in [
            "</style.css>; rel=preload; as=style",
            "</next>; rel=\"nextish\"",
            "</a>; title=\"rel=next\"",
            "</a>; rel=preload; rel=next",
            "</a?x=;rel=next>",
            "</a>; rel=\"",
            "<",
            "",
        ] {
            assert_eq!(said(&[other]), None, "{other}");
        }
        assert_eq!(said(&[]), None);
    }
}
