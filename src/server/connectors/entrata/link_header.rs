//! Whether `Link` headers announce a next page (RFC 8288). Their URLs are never followed.

use reqwest::header::{HeaderMap, LINK};

/// Relations between the pages of a list.
const PAGING: [&str; 5] = ["first", "prev", "previous", "next", "last"];

/// Whether there is a next page; none if no link is about pages.
pub(super) fn has_next(headers: &HeaderMap) -> Option<bool> {
    let texts = headers.get_all(LINK).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    let relations: Vec<String> =
        texts.flat_map(|text| parts(&text, ',').flat_map(relations).collect::<Vec<_>>()).collect();
    let has = |names: &[&str]| relations.iter().any(|relation| names.contains(&relation.as_str()));
    has(&PAGING).then(|| has(&["next"]))
}

/// Returns the relations of a link, in lower case. If there are several `rel`, only the first counts (section 3.3).
fn relations(link: &str) -> Vec<String> {
    let params = parts(link, ';').skip(1).filter_map(|param| param.split_once('='));
    let rel =
        params.map(|(name, value)| (name.trim(), value.trim())).find(|(name, _)| name.eq_ignore_ascii_case("rel"));
    let names = rel.map(|(_, value)| value.trim_matches('"').to_ascii_lowercase()).unwrap_or_default();
    names.split_ascii_whitespace().map(str::to_owned).collect()
}

/// Splits at a separator, which has no meaning inside `<…>` and `"…"`.
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

    fn read(links: &[&str]) -> Option<bool> {
        let values = links.iter().map(|link| HeaderValue::from_bytes(link.as_bytes()).unwrap());
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(LINK, value);
        }
        has_next(&headers)
    }

    #[test]
    fn a_next_link_is_understood_in_every_valid_form() {
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
            assert_eq!(read(&[next]), Some(true), "{next}");
        }
        assert_eq!(read(&["<?page_no=1>; rel=first", "<?page_no=2>; rel=next"]), Some(true), "in its own header");
    }

    #[test]
    fn page_links_without_a_next_one_mean_the_end_and_other_links_mean_nothing() {
        for last in
            ["<?page_no=1>; rel=\"prev\"", "<?page_no=1>; rel=\"first last\"; x=\"rel=next\"", "<next>; rel=last"]
        {
            assert_eq!(read(&[last]), Some(false), "{last}");
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
            assert_eq!(read(&[other]), None, "{other}");
        }
        assert_eq!(read(&[]), None);
    }
}
