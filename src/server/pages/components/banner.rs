//! A message above a page's content.

use leptos::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something to know.
    Note,
    /// Something to mend; read out at once.
    Problem,
}

#[component]
pub fn Message(tone: Tone, children: Children) -> impl IntoView {
    let (class, role) = match tone {
        Tone::Note => ("message note", "status"),
        Tone::Problem => ("message problem", "alert"),
    };
    view! { <div class=class role=role>{children()}</div> }
}
