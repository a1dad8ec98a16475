//! The messages of one language, as Project Fluent reads them. Messages without arguments are formatted once, when the
//! catalog is loaded, so a page only copies them.

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};

use super::{Argument, DEFAULT, MessageId, ids, message_id};

pub struct Catalog {
    pub language: &'static str,
    bundle: FluentBundle<FluentResource>,
    /// The texts of messages without arguments, by the index of their ids.
    texts: Vec<Option<String>>,
    number: fn(&str) -> String,
}

impl Catalog {
    /// Reads each language. Where a file lacks a message, the default language's is used.
    pub fn load(languages: &[(&'static str, &str)]) -> Vec<Self> {
        languages.iter().map(|(language, source)| Self::read(language, source)).collect()
    }

    /// Loads the valid messages of a faulty file: tests reject such a file, and a page must never be empty.
    fn read(language: &'static str, source: &str) -> Self {
        let mut bundle = FluentBundle::new_concurrent(language.parse().into_iter().collect());
        // Marks around arguments matter where texts of both directions meet; no language here is right-to-left.
        bundle.set_use_isolating(false);
        for source in [source, DEFAULT.1] {
            let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
            // The first text of a message counts, so the second resource only fills gaps.
            let _ = bundle.add_resource(resource);
        }
        let texts = ids::all().map(|id| format(&bundle, id, None)).collect();
        let mut catalog = Self { language, bundle, texts, number: grouped::<','> };
        match catalog.text(message_id!("digit-separator")) {
            "." => catalog.separate_digits::<'.'>(),
            "’" => catalog.separate_digits::<'’'>(),
            "\u{a0}" => catalog.separate_digits::<'\u{a0}'>(),
            _ => catalog.separate_digits::<','>(),
        }
        catalog
    }

    /// Fluent's own number format is not there yet in Rust, so the bundle gets one.
    fn separate_digits<const SEPARATOR: char>(&mut self) {
        self.number = grouped::<SEPARATOR>;
        self.bundle.set_formatter(Some(|value, _| match value {
            FluentValue::Number(number) => Some(grouped::<SEPARATOR>(&number.as_string())),
            _ => None,
        }));
    }

    pub fn text(&self, id: MessageId) -> &str {
        // A message with arguments has no text here. A test finds every call that leaves its arguments out.
        self.texts.get(id.index()).and_then(Option::as_deref).unwrap_or_else(|| id.name())
    }

    pub fn format(&self, id: MessageId, arguments: &[(&'static str, Argument<'_>)]) -> String {
        let arguments = arguments.iter().map(|(name, value)| (*name, FluentValue::from(value))).collect();
        format(&self.bundle, id.name(), Some(&arguments)).unwrap_or_else(|| id.name().to_owned())
    }

    pub fn number(&self, number: usize) -> String {
        (self.number)(&number.to_string())
    }
}

impl<'a> From<&'a Argument<'_>> for FluentValue<'a> {
    fn from(argument: &'a Argument<'_>) -> Self {
        match argument {
            Argument::Text(text) => FluentValue::from(text.as_ref()),
            Argument::Number(number) => FluentValue::from(*number),
        }
    }
}

/// None for an unknown message, and for one with arguments when there are none.
fn format(bundle: &FluentBundle<FluentResource>, id: &str, arguments: Option<&FluentArgs<'_>>) -> Option<String> {
    let pattern = bundle.get_message(id)?.value()?;
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, arguments, &mut errors);
    // With a part missing, the rest of a text is still better than nothing.
    if !errors.is_empty() && arguments.is_none() {
        return None;
    }
    Some(if text.contains('\n') { text.replace('\n', " ") } else { text.into_owned() })
}

/// `20,000`
fn grouped<const SEPARATOR: char>(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 * SEPARATOR.len_utf8());
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(SEPARATOR);
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn large_numbers_are_grouped() {
        let numbers = ["0", "999", "1000", "20000", "1234567"].map(grouped::<','>);
        assert_eq!(numbers, ["0", "999", "1,000", "20,000", "1,234,567"]);
    }
}
