-- By which terms a request was priced, and how much of it came back: it costs no more than that (docs/adr/0026).

alter table restore_request
  add column per_request numeric not null default 0,
  add column per_message numeric not null default 0,
  add column per_gigabyte numeric not null default 0,
  add column added_bytes bigint not null default 0;
-- The terms of requests that were filed before are not known: whatever comes back, they cost what was shown.
update restore_request set per_request = price;
update restore_request set currency = 'EUR' where currency = 'XXX';  -- of what costs nothing
alter table restore_request alter column currency set default 'EUR';
