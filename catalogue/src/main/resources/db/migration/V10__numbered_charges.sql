-- Charges in the order of their commits (docs/adr/0026).

alter table charge
  add column number bigint,                           -- 1, 2, 3, ...
  add column changed bigint;                          -- another such row of numbers: of the latest change
update charge set number = known.row_number, changed = known.row_number
  from (select request, row_number() over (order by confirmed_at, request) from charge) as known
  where known.request = charge.request;
alter table charge alter column number set not null, alter column changed set not null;
create unique index charge_number on charge (number);
create unique index charge_changed on charge (changed);
