//! How long ago something was, with the exact time (UTC) in the tooltip.

use leptos::prelude::*;

use crate::server::{
    clock::{Epoch, exact},
    messages::{Messages, message},
    pages::use_messages,
};

#[component]
pub fn Ago(at: Epoch, now: Epoch) -> impl IntoView {
    let (exact, text) = (exact(at), ago(use_messages(), now - at));
    view! { <time datetime=exact.clone() title=exact.replace('T', " ").replace('Z', " UTC")>{text}</time> }
}

fn ago(messages: Messages, seconds: Epoch) -> String {
    match seconds {
        ..60 => message!(messages, "just-now").to_owned(),
        60..3_600 => message!(messages, "minutes-ago", count = seconds / 60),
        3_600..86_400 => message!(messages, "hours-ago", count = seconds / 3_600),
        _ => message!(messages, "days-ago", count = seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_shown_in_the_largest_unit_that_fits() {
        let ago = |seconds| ago(Messages::default(), seconds);
        let shown: Vec<_> = [0, 59, 60, 3_599, 3_600, 86_399, 86_400, 200_000].map(ago).into();
        let expected = [
            "just now",
            "just now",
            "1 minute ago",
            "59 minutes ago",
            "1 hour ago",
            "23 hours ago",
            "1 day ago",
            "2 days ago",
        ];
        assert_eq!(shown, expected);
        assert_eq!(exact(1_795_300_000), "2026-11-21T22:26:40Z");
    }
}
