-- What restores cost, who must confirm them, and what is owed (docs/adr/0026). Not derived: back it up.

create table restore_terms (
  domain text collate "C" primary key,   -- in lower case; empty: the host, for all that have none of their own
  currency text not null,                -- ISO 4217
  per_request numeric not null,
  per_message numeric not null,
  per_gigabyte numeric not null,
  alone_up_to bigint not null,
  second_above bigint                    -- null: one administrator is enough
);

alter table restore_request
  add column price numeric not null default 0,
  add column currency text not null default 'XXX',
  add column first_by text,
  add column first_at timestamptz;

create table charge (
  request uuid primary key references restore_request,
  domain text collate "C" not null,
  local_part text collate "C" not null,
  confirmed_at timestamptz not null,
  messages bigint not null,
  bytes bigint not null,
  amount numeric not null,
  currency text not null,
  withdrawn_at timestamptz
);
create index charge_confirmed on charge (confirmed_at, request);
