//! Who is signed in, with the buttons that open a new tab and sign out.

use leptos::prelude::*;

use crate::server::{
    messages::message,
    pages::{Person, use_messages},
    urls::VisitUrl,
};

#[component]
pub fn SignedIn(person: Person) -> impl IntoView {
    const ICON: &str = "M8 4H4v12h12v-4M11 4h5v5M16 4l-7 7";
    let messages = use_messages();
    let Person { name, email, company, visit, new_tab_ticket } = person;
    let new_tab = message!(messages, "new-tab");
    view! {
        <div class="signed">
            <span class="who" title=email>
                <b>{name}</b>
                {company.map(|company| view! { <span class="acting">{company}</span> })}
            </span>
            <form class="new-tab" method="post" target="_blank" action=VisitUrl::NewTab.of(&visit)>
                <input type="hidden" name="ticket" value=new_tab_ticket />
                <button class="quiet icon" type="submit" aria-label=new_tab title=new_tab>
                    <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" focusable="false">
                        <path d=ICON fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"
                            stroke-linejoin="round" />
                    </svg>
                </button>
            </form>
            <form method="post" action=VisitUrl::SignOut.of(&visit)>
                <button class="quiet" type="submit">{message!(messages, "sign-out")}</button>
            </form>
        </div>
    }
}
