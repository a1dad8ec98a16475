//! A time as people say it, with the exact one (UTC) behind it.

use leptos::prelude::*;

use crate::server::clock::{Epoch, exact};

#[component]
pub fn Ago(at: Epoch, now: Epoch) -> impl IntoView {
    let exact = exact(at);
    view! { <time datetime=exact.clone() title=exact.replace('T', " ").replace('Z', " UTC")>{ago(now - at)}</time> }
}

fn ago(seconds: Epoch) -> String {
    let (count, unit) = match seconds {
        ..60 => return "just now".to_owned(),
        60..3_600 => (seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    if count == 1 { format!("1 {unit} ago") } else { format!("{count} {unit}s ago") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_in_the_largest_unit_that_fits() {
        let told: Vec<_> = [0, 59, 60, 3_599, 3_600, 86_399, 86_400, 200_000].map(ago).into();
        let day = [
            "just now",
            "just now",
            "1 minute ago",
            "59 minutes ago",
            "1 hour ago",
            "23 hours ago",
            "1 day ago",
            "2 days ago",
        ];
        assert_eq!(told, day);
        assert_eq!(exact(1_795_300_000), "2026-11-21T22:26:40Z");
    }
}
