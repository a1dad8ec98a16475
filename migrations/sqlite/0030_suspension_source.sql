-- What confirmed a company's suspension: 'service' when one of the company's web services said that the app is not
-- enabled. Null: only an event claimed it, so the next launch that Entrata accepts lifts it.
alter table companies add column suspension_confirmed_by text;
