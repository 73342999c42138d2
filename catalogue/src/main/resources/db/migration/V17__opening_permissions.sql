-- What users allow their host to open (docs/adr/0035): one message, once, until then. Not derived.

create table opening_permission (
  domain text collate "C" not null,
  local_part text collate "C" not null,
  snapshot text collate "C" not null,
  message uuid not null,
  expires_at timestamptz not null,
  primary key (domain, local_part, snapshot, message)
);
create index opening_who on opening (who, opened_at);
