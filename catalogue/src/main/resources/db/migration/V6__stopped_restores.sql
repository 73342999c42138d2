-- A restore that was stopped is open still (docs/adr/0023).
drop index restore_request_open;
create index restore_request_open on restore_request (state) where state in ('DRAFT', 'PENDING', 'CONFIRMED', 'STOPPED');
-- What was in the way is a word now, and told in the reader's language.
update restore_request set problem = 'OTHER' where problem <> '' and problem !~ '^[A-Z_]+$';
