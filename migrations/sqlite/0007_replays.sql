-- Codes that came again and that let nobody in: asked for each time that one does, so never more than an hour of them is looked at.
create index audit_of_nobodys_replays on audit (at) where what = 'code_replayed' and visit_id is null;
