-- Restore requests, what is told of them by mail, and the audit log (docs/adr/0017). Not derived: back it up.

create table restore_request (
  id uuid primary key,
  domain text collate "C" not null,
  local_part text collate "C" not null,
  snapshot text collate "C" not null,
  asked text not null,
  target text not null,
  moved boolean not null,
  requested_at timestamptz not null,
  reason text not null,
  language text not null,
  messages bigint not null,
  bytes bigint not null,
  present bigint not null,
  elsewhere bigint not null,
  confirmable_until timestamptz not null,
  state text not null,
  holding boolean not null,
  decided_by text,
  decided_at timestamptz,
  decision_reason text,
  finished_at timestamptz,
  added bigint not null default 0,
  came_back bigint not null default 0,
  refused bigint not null default 0,
  taken_back bigint not null default 0,
  problem text not null
);
create index restore_request_mailbox on restore_request (domain, local_part, requested_at);
create index restore_request_newest on restore_request (requested_at);
create index restore_request_open on restore_request (state) where state in ('DRAFT', 'PENDING', 'CONFIRMED');
create index restore_request_holding on restore_request (requested_at) where holding;

create table notice (
  request uuid not null references restore_request,
  kind text not null,
  created_at timestamptz not null,
  addressed boolean not null,
  primary key (request, kind)
);
create index notice_unaddressed on notice (created_at) where not addressed;

create table letter (
  id uuid primary key,
  request uuid not null,
  kind text not null,
  recipient text not null,
  tries integer not null,
  due_at timestamptz,          -- null: sent, or given up
  sent_at timestamptz,
  problem text not null,
  foreign key (request, kind) references notice,
  unique (request, kind, recipient)
);
create index letter_due on letter (due_at) where due_at is not null;

-- One line after the other, each sealed with the one before it. Lines are added under an advisory lock, so that
-- numbers have no gaps; the trigger keeps mistakes from it, and the seals show what somebody did on purpose.
create table audit_entry (
  number bigint primary key,
  occurred_at timestamptz not null,
  who text not null,
  action text not null,
  subject text not null,
  detail text not null,
  seal text not null
);

create function audit_entries_stay() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is only added to';
end $$;
create trigger audit_entries_stay before update or delete or truncate on audit_entry
  for each statement execute function audit_entries_stay();
