//! What is shown instead of a list when access was lost while the page waited for it.

use crate::server::{
    ids::VisitId,
    pages::{error, not_found},
    records::AccessLost,
    urls::VisitUrl,
    web::page::Content,
};

pub fn access_lost(lost: AccessLost, visit: VisitId) -> Content {
    match lost {
        AccessLost::NotPermitted => Content::short(move || not_found::body(VisitUrl::Home.of(&visit))),
        AccessLost::Ended => Content::short(move || error::access_lost(&visit)),
        AccessLost::Database(e) => {
            tracing::error!(error = %e, "could not check access to a list");
            Content::short(move || error::access_lost(&visit))
        }
    }
}
