//! A message above a page's content.

use leptos::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BannerKind {
    Info,
    /// Something to correct. Screen readers announce it at once.
    Error,
}

#[component]
pub fn Banner(kind: BannerKind, children: Children) -> impl IntoView {
    let (class, role) = match kind {
        BannerKind::Info => ("message note", "status"),
        BannerKind::Error => ("message problem", "alert"),
    };
    view! { <div class=class role=role>{children()}</div> }
}
