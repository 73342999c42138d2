-- Who must confirm a request stays as strict as when it was filed (docs/adr/0026); holds are told of by mail, too (docs/adr/0027).

alter table restore_request
  add column second_above bigint;                     -- null: one administrator was enough
update restore_request request
  set second_above = (select terms.second_above from restore_terms terms
    where terms.domain in (lower(request.domain), '') order by terms.domain desc limit 1)
  where state in ('DRAFT', 'PENDING');

alter table notice drop constraint notice_request_fkey;
alter table notice rename column request to subject;  -- a request, or a hold
alter table letter rename column request to subject;
