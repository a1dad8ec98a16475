//! How a connection to each system begins, in the forms of `connectors`.

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{
    Input, TypedKeys,
    connectors::{Answer, Authorized, ConsentPage, KeyCheck, PasswordSignIn},
};
use crate::server::connectors::{
    Caller, Connector, ConnectorError, Grant, Subject,
    activebuilding::ActiveBuilding,
    octorate::Octorate,
    rex::{InvalidKey, Keys, Rex},
    syncaroo::Syncaroo,
};

impl ConsentPage for Octorate {
    fn address(&self, redirect_uri: &Url, state: &str) -> Url {
        self.authorize_url(redirect_uri, state)
    }

    fn exchange_code<'a>(
        &'a self,
        caller: &'a Caller,
        redirect_uri: &'a Url,
        code: &'a SecretString,
    ) -> Answer<'a, Grant> {
        Box::pin(self.exchange(caller, redirect_uri, code))
    }
}

impl ConsentPage for Syncaroo {
    fn address(&self, redirect_uri: &Url, state: &str) -> Url {
        self.authorize_url(redirect_uri.as_str(), state)
    }

    fn exchange_code<'a>(
        &'a self,
        caller: &'a Caller,
        redirect_uri: &'a Url,
        code: &'a SecretString,
    ) -> Answer<'a, Grant> {
        Box::pin(self.exchange(caller, redirect_uri.as_str(), code))
    }
}

impl PasswordSignIn for ActiveBuilding {
    fn sign_in_user<'a>(
        &'a self,
        caller: &'a Caller,
        username: &'a str,
        password: &'a SecretString,
    ) -> Answer<'a, Authorized> {
        Box::pin(async move {
            let (grant, user) = self.sign_in(caller, username, password).await?;
            let name = if user.name.is_empty() { user.email } else { user.name };
            Ok((grant, Subject { id: user.id, name }))
        })
    }
}

impl KeyCheck for Rex {
    fn check_form(&self, keys: &TypedKeys) -> Result<(), Input> {
        read_keys(keys).map(|_| ()).map_err(|invalid| match invalid {
            InvalidKey::ApiKey => Input::ApiKey,
            InvalidKey::SecretKey => Input::SecretKey,
            InvalidKey::IntegratorId => Input::IntegratorId,
        })
    }

    fn authorize<'a>(&'a self, caller: &'a Caller, keys: &'a TypedKeys) -> Answer<'a, Authorized> {
        Box::pin(async move {
            let keys = read_keys(keys).map_err(|_| ConnectorError::GrantGone)?;
            self.check(caller, &keys).await?;
            let grant = self.renew(caller, &keys.to_renewal()).await?;
            Ok((grant, Subject { id: keys.integrator_id().to_owned(), name: String::new() }))
        })
    }
}

fn read_keys(typed: &TypedKeys) -> Result<Keys, InvalidKey> {
    Keys::read(typed.api_key.expose_secret(), typed.secret_key.expose_secret(), &typed.integrator_id)
}
