//! The messages of the page that is being rendered, and messages with elements in them.

use leptos::prelude::*;

use crate::server::messages::{Argument, MessageId, Messages};

/// Returns the messages in the page's language, which its renderer provides as a context.
pub fn use_messages() -> Messages {
    use_context().unwrap_or_default()
}

/// Whether the navigation links to the connections. The page's renderer provides it as a context.
#[derive(Debug, Clone, Copy, Default)]
pub struct HasConnections(pub bool);

/// A message whose arguments are elements: `rich!(messages, "history-lead", email = view! { <b>{email}</b> })`. The
/// language's file decides where in the sentence each of them is.
macro_rules! rich {
    ($messages:expr, $id:literal, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::server::pages::text::with_elements(
            $messages,
            $crate::server::messages::message_id!($id),
            vec![$((stringify!($name), leptos::prelude::IntoAny::into_any($value))),+],
        )
    };
}
pub(super) use rich;

/// Formats the message with a private-use character for each element, then puts the elements in their places.
pub fn with_elements(messages: Messages, id: MessageId, elements: Vec<(&'static str, AnyView)>) -> Vec<AnyView> {
    const FIRST: u32 = 0xE000;
    let placeholder = |index: usize| u32::try_from(index).ok().and_then(|index| char::from_u32(FIRST + index));
    let names = elements.iter().enumerate().filter_map(|(index, (name, _))| Some((*name, placeholder(index)?)));
    let arguments: Vec<_> = names.map(|(name, place)| (name, Argument::from(place.to_string()))).collect();
    let text = messages.format(id, &arguments);
    let mut elements: Vec<_> = elements.into_iter().map(|(_, element)| Some(element)).collect();
    let mut views = Vec::with_capacity(2 * elements.len() + 1);
    let mut before = String::new();
    for c in text.chars() {
        let index = u32::from(c).checked_sub(FIRST).and_then(|index| usize::try_from(index).ok());
        match index.and_then(|index| elements.get_mut(index)).and_then(Option::take) {
            Some(element) => {
                if !before.is_empty() {
                    views.push(std::mem::take(&mut before).into_any());
                }
                views.push(element);
            }
            None => before.push(c),
        }
    }
    if !before.is_empty() {
        views.push(before.into_any());
    }
    views
}
