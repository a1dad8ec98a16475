//! Fills an HTML template.

/// Replaces every `{{slot}}`, in one pass, so that values that look like a slot stay as they are.
pub(super) fn fill(template: &str, value: impl Fn(&str) -> String) -> String {
    let mut parts = template.split("{{");
    let mut page = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (slot, rest) = part.split_once("}}").expect("the template closes every slot");
        page.push_str(&value(slot));
        page.push_str(rest);
    }
    page
}
