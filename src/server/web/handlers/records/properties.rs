//! `GET /v/{visit}/properties`: of the visit's company, or with `all=1` of every company that the account reaches, each read as its own
//! identity.

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::Response,
};
use tokio::{sync::watch, time::Instant};

use crate::server::web::handlers::records::wait::{Steps, is_settled, may_still, patience, settled};
use crate::server::{
    account::Account,
    clock::Epoch,
    identity::{BlockedCompany, Identity},
    pages::{
        Freshness, ListName, error,
        properties::{self, Properties},
    },
    records::{self, ListQuery, Place, PropertyRow, Reload, SearchIndex, property_rows, select},
    visit::Visit,
    web::{
        App,
        error::Error,
        extract::{LinkedVisit, PageRenderer},
        page::Content,
    },
};

/// An identity and its list of properties.
pub type Listed = (Identity, watch::Receiver<records::State<Place>>);

pub async fn show(
    State(app): State<App>,
    renderer: PageRenderer,
    LinkedVisit { visit, account }: LinkedVisit,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let query = ListQuery::parse(&query.unwrap_or_default());
    let (lists, others) = lists(&app, &visit, &account, query.all).await?;
    let blocked_companies = app.identities.blocked_companies(&account).await?;
    let document = properties::document(&visit, &account, &app.visits.new_tab_ticket(&visit));
    let until = patience();
    let content = {
        let (app, lists) = (app.clone(), lists.clone());
        async move {
            let beside = (others, blocked_companies);
            content(app, (visit, account), query, (lists, beside), until).await
        }
    };
    if lists.iter().all(|(_, list)| is_settled(list)) {
        return Ok(renderer.page_of(StatusCode::OK, document, content.await).await);
    }
    let steps = Steps::new(until);
    let several = lists.len() > 1;
    lists.into_iter().for_each(|(identity, list)| steps.of(list_name(&identity, several), list));
    Ok(renderer.page_in_parts(document, steps.lines(), content).await)
}

/// The lists that are asked for, and how many identities the account has beside them.
pub async fn lists(app: &App, visit: &Visit, account: &Account, all: bool) -> Result<(Vec<Listed>, usize), Error> {
    let every = app.identities.of_account(account).await?;
    let own = visit.identity.as_ref().filter(|_| !all);
    let of = every.len();
    let chosen: Vec<_> = every.into_iter().filter(|one| own.is_none_or(|own| own.id == one.id)).collect();
    let others = of - chosen.len();
    let list = |identity: Identity| {
        let list = app.records.properties(&identity, Reload::IfStale);
        (identity, list)
    };
    Ok((chosen.into_iter().map(list).collect(), others))
}

/// Some lists as they were read, each with whose it is.
pub struct Gathered {
    lists: Vec<(Identity, records::State<Place>)>,
    now: Epoch,
}

impl Gathered {
    pub fn rows(&self) -> Vec<PropertyRow> {
        self.lists.iter().flat_map(|(identity, state)| property_rows(identity, state.cached.as_ref())).collect()
    }

    fn standing(&self) -> Vec<Freshness> {
        let several = self.lists.len() > 1;
        let freshness = |(identity, state): &(Identity, records::State<Place>)| {
            Freshness::new(&identity.company, list_name(identity, several), state, self.now)
        };
        self.lists.iter().map(freshness).collect()
    }
}

/// Names the company if several lists load at once.
fn list_name(identity: &Identity, several: bool) -> ListName {
    if several { ListName::PropertiesOf(identity.company.clone()) } else { ListName::Properties }
}

/// Waits for some lists.
///
/// # Errors
/// When the person may no longer see them.
pub async fn gathered(
    app: &App,
    (visit, account): (&Visit, &Account),
    lists: Vec<Listed>,
    until: Instant,
) -> Result<Gathered, Error> {
    let (mut read_as, mut states) = (Vec::new(), Vec::new());
    for (identity, list) in lists {
        read_as.push(identity.id);
        states.push(settled(list, until).await);
    }
    let read_as: Vec<&str> = read_as.iter().map(String::as_str).collect();
    let identities = may_still(app, visit, account, &read_as).await?;
    Ok(Gathered { lists: identities.into_iter().zip(states).collect(), now: app.records.now() })
}

async fn content(
    app: App,
    (visit, account): (Visit, Account),
    query: ListQuery,
    (lists, (others, blocked_companies)): (Vec<Listed>, (usize, Vec<BlockedCompany>)),
    until: Instant,
) -> Content {
    let Ok(gathered) = gathered(&app, (&visit, &account), lists, until).await else {
        return Content::short(move || error::access_lost(&visit.id));
    };
    let owner = account.id.clone();
    Content::long(&owner, move || {
        let rows = gathered.rows();
        let selected = select(&rows, &SearchIndex::of_all(&rows), &query);
        let standing = (gathered.standing(), others);
        let page = Properties::new(&visit, &account, &query, selected, standing, &app.visits.new_tab_ticket(&visit));
        properties::body(page.with_blocked_companies(blocked_companies))
    })
}
