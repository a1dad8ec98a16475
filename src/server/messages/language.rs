//! Which language suits a request.

use super::catalog::Catalog;

/// Returns the language that `Accept-Language` prefers among the existing ones: `de-AT` is served `de-AT`, else another
/// German. The default for everybody else.
pub fn best<'a>(accept_language: &str, catalogs: &'a [Catalog]) -> &'a Catalog {
    let mut wanted: Vec<(&str, f32)> = accept_language.split(',').filter_map(preference).collect();
    // Stable: with equal quality, the first one wins.
    wanted.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    let serves = |tag: &str| {
        let exact = catalogs.iter().find(|catalog| catalog.language.eq_ignore_ascii_case(tag));
        exact.or_else(|| catalogs.iter().find(|catalog| primary(catalog.language).eq_ignore_ascii_case(primary(tag))))
    };
    wanted.iter().find_map(|(tag, _)| serves(tag)).unwrap_or(&catalogs[0])
}

/// `de-AT;q=0.8`: a language and its quality, between 0 (not wanted) and 1.
fn preference(part: &str) -> Option<(&str, f32)> {
    let mut parts = part.split(';').map(str::trim);
    let tag = parts.next().filter(|tag| !tag.is_empty() && *tag != "*")?;
    let quality = match parts.find_map(|parameter| parameter.strip_prefix("q=")) {
        Some(quality) => quality.parse().ok().filter(|quality| (0.0..=1.0).contains(quality))?,
        None => 1.0,
    };
    (quality > 0.0).then_some((tag, quality))
}

/// `de` of `de-AT`
fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}
