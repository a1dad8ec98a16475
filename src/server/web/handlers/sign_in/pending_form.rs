//! A form that is posted in a pending visit. When the visit has ended meanwhile, the response keeps what was typed.

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::server::{
    ids::VisitId,
    pages::{
        Notice, PageError,
        error::{self, TypedField},
        login::{self, Login},
    },
    urls::VisitUrl,
    web::{
        App,
        error::Error,
        extract::{Acting, Fields, Flash, PageRenderer, PasswordAttempt, Pending, Typed, VisitParam},
    },
};

pub struct PendingForm {
    pub acting: Acting<Pending>,
    pub attempt: PasswordAttempt,
    pub fields: Fields,
}

impl FromRequest<App> for PendingForm {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let id = VisitParam::from_request_parts(&mut parts, app).await;
        let VisitParam(id) = id.map_err(Error::into_response)?;
        let acting = Acting::from_request_parts(&mut parts, app).await;
        let Ok(renderer) = PageRenderer::from_request_parts(&mut parts, app).await;
        let Ok(flash) = Flash::from_request_parts(&mut parts, app).await;
        let Ok(attempt) = PasswordAttempt::from_request_parts(&mut parts, app).await;
        let fields = Fields::from_request(Request::from_parts(parts, body), app).await;
        let fields = fields.map_err(Error::into_response)?;
        match acting {
            Ok(acting) => Ok(Self { acting, attempt, fields }),
            Err(Error::NeedsSession) => Err(needs_session(renderer, &id, &fields).await),
            Err(Error::VisitEnded { company }) => Err(visit_ended(app, renderer, company, &flash, &fields).await),
            Err(e) => Err(e.into_response()),
        }
    }
}

/// Another browser's visit: the login page, with the email.
async fn needs_session(renderer: PageRenderer, visit: &VisitId, fields: &Fields) -> Response {
    let login = Login::direct(Notice::NeedsSession).with_email(fields.text("email"));
    let document = login::document(&login).with_address(VisitUrl::Home.of(visit));
    renderer.page(StatusCode::UNAUTHORIZED, document, move || login::body(login)).await
}

/// This browser's visit has ended. Everything typed but the password is shown in the response, and filled into the form
/// of the next launch in the same browser.
async fn visit_ended(
    app: &App,
    renderer: PageRenderer,
    company: Option<String>,
    flash: &Flash,
    fields: &Fields,
) -> Response {
    let (name, email, at) = (fields.text("name"), fields.text("email"), app.visits.now());
    let typed = Typed { company: company.clone(), at, name, email };
    flash.set_typed_text(&typed).await;
    let typed = vec![(TypedField::Name, typed.name), (TypedField::Email, typed.email)];
    let error = PageError::VisitEnded { company, typed };
    let document = error::document(&error).with_address("/");
    let links = error::ErrorLinks { next: "/".to_owned(), sign_out: None };
    renderer.page(StatusCode::CONFLICT, document, move || error::body(error, links, None)).await
}
