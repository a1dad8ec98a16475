//! The connectors of the systems that are configured, behind one type: which system a connection belongs to is known
//! only at run time.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::future::BoxFuture;
use secrecy::SecretString;
use url::Url;

use super::{Input, System, TypedKeys};
use crate::server::{
    connectors::{Announced, Batch, Caller, Connector, ConnectorError, Grant, Position, RenewalPolicy, Subject},
    property_data::{Place, PlaceItem},
};

pub type Answer<'a, T> = BoxFuture<'a, Result<T, ConnectorError>>;

/// A [`Connector`] of any system.
pub trait AnyConnector: Send + Sync {
    fn policy(&self) -> RenewalPolicy;
    fn is_incremental(&self) -> bool;
    fn has_items_of(&self, kind: &str) -> bool;
    fn test_grant<'a>(&'a self, caller: &'a Caller, grant: &'a Grant) -> Answer<'a, Subject>;
    fn renew_grant<'a>(&'a self, caller: &'a Caller, renewal: &'a SecretString) -> Answer<'a, Grant>;
    fn read_places<'a>(
        &'a self,
        caller: &'a Caller,
        grant: &'a Grant,
        position: Position<'a>,
    ) -> Answer<'a, Batch<Place>>;
    fn read_items<'a>(
        &'a self,
        caller: &'a Caller,
        grant: &'a Grant,
        place: &'a str,
        position: Position<'a>,
    ) -> Answer<'a, Batch<PlaceItem>>;
    fn read_announced<'a>(&'a self, caller: &'a Caller, grant: &'a Grant, address: &'a str) -> Answer<'a, Announced>;
}

impl<C: Connector> AnyConnector for C {
    fn policy(&self) -> RenewalPolicy {
        C::RENEWAL
    }

    fn is_incremental(&self) -> bool {
        C::INCREMENTAL
    }

    fn has_items_of(&self, kind: &str) -> bool {
        self.has_items(kind)
    }

    fn test_grant<'a>(&'a self, caller: &'a Caller, grant: &'a Grant) -> Answer<'a, Subject> {
        Box::pin(self.test(caller, grant))
    }

    fn renew_grant<'a>(&'a self, caller: &'a Caller, renewal: &'a SecretString) -> Answer<'a, Grant> {
        Box::pin(self.renew(caller, renewal))
    }

    fn read_places<'a>(
        &'a self,
        caller: &'a Caller,
        grant: &'a Grant,
        position: Position<'a>,
    ) -> Answer<'a, Batch<Place>> {
        Box::pin(self.places(caller, grant, position))
    }

    fn read_items<'a>(
        &'a self,
        caller: &'a Caller,
        grant: &'a Grant,
        place: &'a str,
        position: Position<'a>,
    ) -> Answer<'a, Batch<PlaceItem>> {
        Box::pin(self.items(caller, grant, place, position))
    }

    fn read_announced<'a>(&'a self, caller: &'a Caller, grant: &'a Grant, address: &'a str) -> Answer<'a, Announced> {
        Box::pin(self.announced(caller, grant, address))
    }
}

/// How a connection to a system with a consent page begins.
pub trait ConsentPage: Send + Sync {
    /// Returns the address of the consent page.
    fn address(&self, redirect_uri: &Url, state: &str) -> Url;
    /// Exchanges the code of a callback.
    fn exchange_code<'a>(
        &'a self,
        caller: &'a Caller,
        redirect_uri: &'a Url,
        code: &'a SecretString,
    ) -> Answer<'a, Grant>;
}

/// A user who signed in with a password, or the owner of keys.
pub type Authorized = (Grant, Subject);

/// How a connection to a system with user names and passwords begins.
pub trait PasswordSignIn: Send + Sync {
    fn sign_in_user<'a>(
        &'a self,
        caller: &'a Caller,
        username: &'a str,
        password: &'a SecretString,
    ) -> Answer<'a, Authorized>;
}

/// How a connection to a system with keys begins.
pub trait KeyCheck: Send + Sync {
    /// Checks the form of keys. Nothing is sent.
    ///
    /// # Errors
    /// The field that can't be a key.
    fn check_form(&self, keys: &TypedKeys) -> Result<(), Input>;

    /// Checks keys with the system and obtains a token.
    fn authorize<'a>(&'a self, caller: &'a Caller, keys: &'a TypedKeys) -> Answer<'a, Authorized>;
}

/// The connectors of the systems that are configured.
#[derive(Clone, Default)]
pub struct Connectors {
    connectors: BTreeMap<System, Arc<dyn AnyConnector>>,
    consent_pages: BTreeMap<System, Arc<dyn ConsentPage>>,
    activebuilding: Option<Arc<dyn PasswordSignIn>>,
    rex: Option<Arc<dyn KeyCheck>>,
}

impl Connectors {
    /// Adds a system with a consent page.
    pub fn with_consent_page<C: Connector + ConsentPage>(mut self, system: System, connector: C) -> Self {
        self.consent_pages.insert(system, Arc::new(connector.clone()));
        self.with(system, connector)
    }

    /// Adds ActiveBuilding.
    pub fn with_password_sign_in<C: Connector + PasswordSignIn>(mut self, connector: C) -> Self {
        self.activebuilding = Some(Arc::new(connector.clone()));
        self.with(System::ActiveBuilding, connector)
    }

    /// Adds Gryphtech REX.
    pub fn with_key_check<C: Connector + KeyCheck>(mut self, connector: C) -> Self {
        self.rex = Some(Arc::new(connector.clone()));
        self.with(System::Rex, connector)
    }

    /// Adds a system's connector.
    pub(super) fn with<C: Connector>(mut self, system: System, connector: C) -> Self {
        self.connectors.insert(system, Arc::new(connector));
        self
    }

    pub fn systems(&self) -> Vec<System> {
        self.connectors.keys().copied().collect()
    }

    pub(super) fn get(&self, system: System) -> Option<&Arc<dyn AnyConnector>> {
        self.connectors.get(&system)
    }

    pub(super) fn consent_page(&self, system: System) -> Option<&Arc<dyn ConsentPage>> {
        self.consent_pages.get(&system)
    }

    pub(super) fn password_sign_in(&self) -> Option<&Arc<dyn PasswordSignIn>> {
        self.activebuilding.as_ref()
    }

    pub(super) fn key_check(&self) -> Option<&Arc<dyn KeyCheck>> {
        self.rex.as_ref()
    }
}
