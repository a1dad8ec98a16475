//! A request that acts in the visit of its address, with everything that its handler needs. `Acting<Access>` says in a
//! handler's signature what the visit has to be; for any other visit the request is refused.

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};

use crate::server::{
    account::Account,
    audit::ClientInfo,
    identity::Identity,
    visit::{SessionCredential, Visit},
    web::{
        App,
        error::Error,
        extract::{Client, Flash, Framing, MaybeCredential, PageRenderer, VisitParam},
    },
};

/// A visit that the request's credential opens, and the context of the request.
pub struct Acting<A> {
    pub app: App,
    pub visit: Visit,
    pub access: A,
    pub credential: SessionCredential,
    pub client: ClientInfo,
    pub renderer: PageRenderer,
    pub flash: Flash,
}

/// Decides whether a visit may be used in a certain way.
pub trait Access: Sized + Send {
    fn check(visit: &Visit, parts: &mut Parts, app: &App) -> impl Future<Output = Result<Self, Error>> + Send;
}

/// Any live visit of this browser, even if the account or company is disabled: for signing out.
pub struct Own;

/// Any live visit of this browser whose account and company have access.
pub struct Open;

/// A visit with an identity and no account yet.
pub struct Pending {
    pub identity: Identity,
}

/// A visit that acts as an account.
pub struct Linked {
    pub account: Account,
}

/// A linked visit, and the identity of its account that the address names: reads the records of a company.
pub struct AsIdentity {
    pub account: Account,
    pub identity: Identity,
}

/// A linked visit in which the account's password was entered within the last five minutes.
pub struct RecentlyAuthenticated {
    pub account: Account,
}

impl<A> Acting<A> {
    fn with_access<B>(self, access: B) -> Acting<B> {
        let Self { app, visit, credential, client, renderer, flash, .. } = self;
        Acting { app, visit, access, credential, client, renderer, flash }
    }
}

impl Acting<Linked> {
    /// Returns proof that the password was entered recently.
    ///
    /// # Errors
    /// When the password was last entered more than five minutes ago. Returns the request unchanged as the error.
    pub fn recently_authenticated(self) -> Result<Acting<RecentlyAuthenticated>, Box<Self>> {
        if !self.visit.is_recently_authenticated(self.app.visits.now()) {
            return Err(Box::new(self));
        }
        let account = self.access.account.clone();
        Ok(self.with_access(RecentlyAuthenticated { account }))
    }
}

impl<A: Access> FromRequestParts<App> for Acting<A> {
    type Rejection = Error;

    /// Refuses a visit of another browser session exactly as one that does not exist.
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let VisitParam(id) = VisitParam::from_request_parts(parts, app).await?;
        let Ok(MaybeCredential(credential)) = MaybeCredential::from_request_parts(parts, app).await;
        let visit = app.visits.open(&id, credential.as_ref()).await?;
        let credential = credential.ok_or(Error::NeedsSession)?;
        if let Some(framing) = parts.extensions.get::<Framing>() {
            framing.set(&visit);
        }
        let access = A::check(&visit, parts, app).await?;
        let Ok(Client(client)) = Client::from_request_parts(parts, app).await;
        let Ok(renderer) = PageRenderer::from_request_parts(parts, app).await;
        let Ok(flash) = Flash::from_request_parts(parts, app).await;
        Ok(Self { app: app.clone(), visit, access, credential, client, renderer, flash })
    }
}

impl Access for Own {
    async fn check(_: &Visit, _: &mut Parts, _: &App) -> Result<Self, Error> {
        Ok(Self)
    }
}

impl Access for Open {
    async fn check(visit: &Visit, _: &mut Parts, _: &App) -> Result<Self, Error> {
        visit.may_act().map_err(Error::AccessDenied)?;
        Ok(Self)
    }
}

impl Access for Pending {
    async fn check(visit: &Visit, _: &mut Parts, _: &App) -> Result<Self, Error> {
        visit.may_act().map_err(Error::AccessDenied)?;
        match (visit.account(), visit.identity().cloned()) {
            (None, Some(identity)) => Ok(Self { identity }),
            _ => Err(Error::NotPending),
        }
    }
}

impl Access for Linked {
    async fn check(visit: &Visit, _: &mut Parts, _: &App) -> Result<Self, Error> {
        visit.may_act().map_err(Error::AccessDenied)?;
        let account = visit.account().cloned().ok_or(Error::NeedsSession)?;
        Ok(Self { account })
    }
}

/// The path may have more parameters.
#[derive(serde::Deserialize)]
struct IdentityPath {
    identity: String,
}

impl Access for AsIdentity {
    /// Finds only identities of the account whose company has access.
    async fn check(visit: &Visit, parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let Linked { account } = Linked::check(visit, parts, app).await?;
        let path = Path::<IdentityPath>::from_request_parts(parts, app).await;
        let Path(IdentityPath { identity }) = path.map_err(|_| Error::NotFound)?;
        let linked = app.identities.of_account(&account).await?;
        let identity = linked.into_iter().find(|one| one.id.as_str() == identity).ok_or(Error::NotFound)?;
        Ok(Self { account, identity })
    }
}
