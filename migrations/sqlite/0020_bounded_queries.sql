-- Queries on a request's path that grew with what one browser, one company or everybody had ever done.

-- Open visits of a browser session or an account, the newest first, without reading those that ended.
drop index visits_by_session;
create index visits_by_session on visits (session_id, ended_at, created_at);
drop index visits_by_account;
create index visits_by_account on visits (account_id, ended_at, created_at) where account_id is not null;

-- Whether any other account ever dealt with an identity. This also finds what happened while it had no account.
drop index audit_of_strangers;
create index audit_by_identity on audit (identity_id, account_id) where identity_id is not null;

-- Replays of one visit's code, and of codes that let nobody in, within an hour.
drop index audit_of_replays;
drop index audit_of_nobodys_replays;
create index audit_of_replays on audit (visit_id, at) where what = 'code_replayed';

-- Events name a company by its subdomain alone.
create index companies_by_subdomain on companies (subdomain);
