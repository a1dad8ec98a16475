//! The forms that connect a system, and that authorize a connection again.

use leptos::prelude::*;

use super::words::{reason, system_name};
use crate::server::{
    connection::{Input, MAX_PER_ACCOUNT, System},
    messages::{Messages, message},
    pages::{
        components::{Banner, BannerKind, Field},
        use_messages,
    },
};

/// Why a form was refused, and what was typed in fields that are not secret.
#[derive(Debug, Clone)]
pub struct ConnectProblem {
    pub system: System,
    pub error: ConnectFormError,
    /// The user name or the integrator id.
    pub typed: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectFormError {
    Empty(Input),
    Unusable(Input),
    Refused,
    TooMany,
    /// The system failed; the code of the error.
    Failed(&'static str),
}

/// A form for a system. A system without credentials to type has a form that opens its consent page in a new tab,
/// because such pages refuse frames. There, `ticket` alone authorizes the post.
#[component]
pub fn ConnectForm(
    system: System,
    action: String,
    /// The text of the button.
    button: String,
    text: &'static str,
    /// Empty for forms without one.
    ticket: String,
    problem: Option<ConnectProblem>,
) -> impl IntoView {
    let messages = use_messages();
    let problem = problem.filter(|problem| problem.system == system);
    let typed = problem.as_ref().map(|problem| problem.typed.clone()).unwrap_or_default();
    let error = problem.map(|problem| problem.error);
    let failed = error.as_ref().and_then(|error| form_error(messages, system, error));
    let opens_tab = system == System::Octorate;
    view! {
        <form class="connect" method="post" action=action target=opens_tab.then_some("_blank")
            data-connects=opens_tab.then_some("")>
            {failed.map(|text| view! { <Banner kind=BannerKind::Error>{text}</Banner> })}
            <p class="aside">{text}</p>
            {fields(messages, system, typed, error.as_ref())}
            {opens_tab.then(|| view! { <input type="hidden" name="ticket" value=ticket /> })}
            <button class="primary" type="submit">{button}</button>
        </form>
    }
}

fn fields(messages: Messages, system: System, typed: String, error: Option<&ConnectFormError>) -> Option<AnyView> {
    let field = |input: Input| match error {
        Some(ConnectFormError::Empty(at)) if *at == input => Some(message!(messages, "connect-empty")),
        Some(ConnectFormError::Unusable(at)) if *at == input => Some(message!(messages, "connect-unusable")),
        _ => None,
    };
    let secret = |name, label, input| {
        let (id, error) = (format!("{}-{name}", system.name()), field(input));
        view! { <Field id name label kind="password" autocomplete="off" error /> }
    };
    match system {
        System::ActiveBuilding => Some(
            view! {
                <Field id="activebuilding-username" name="username" kind="text" autocomplete="off" value=typed
                    label=message!(messages, "connections-activebuilding-username") error=field(Input::Username) />
                {secret("password", message!(messages, "connections-activebuilding-password"), Input::Password)}
            }
            .into_any(),
        ),
        System::Rex => Some(
            view! {
                {secret("api_key", message!(messages, "connections-rex-api-key"), Input::ApiKey)}
                {secret("secret_key", message!(messages, "connections-rex-secret-key"), Input::SecretKey)}
                <Field id="rex-integrator_id" name="integrator_id" kind="text" autocomplete="off" value=typed
                    label=message!(messages, "connections-rex-integrator-id") error=field(Input::IntegratorId) />
            }
            .into_any(),
        ),
        System::Octorate | System::Syncaroo => None,
    }
}

/// What the form says that isn't about one field.
fn form_error(messages: Messages, system: System, error: &ConnectFormError) -> Option<String> {
    match error {
        ConnectFormError::Empty(_) | ConnectFormError::Unusable(_) => None,
        ConnectFormError::Refused => {
            Some(message!(messages, "connect-refused", system = system_name(messages, system)))
        }
        ConnectFormError::TooMany => Some(message!(messages, "connect-too-many", count = MAX_PER_ACCOUNT)),
        ConnectFormError::Failed(code) => {
            Some(message!(messages, "connect-failed", reason = reason(messages, system, code)))
        }
    }
}
