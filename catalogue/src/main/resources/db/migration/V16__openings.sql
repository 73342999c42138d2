-- Messages that an administrator has opened by exception (docs/adr/0035): not derived, back them up.
-- In words of its own: the day and the message may expire before its user has read of it.

create table opening (
  id uuid primary key,
  domain text collate "C" not null,
  local_part text collate "C" not null,
  snapshot text collate "C" not null,
  folder text not null,
  message uuid not null,
  subject text not null,
  sent_at timestamptz not null,
  who text not null,
  opened_at timestamptz not null,
  reason text not null,
  seen_at timestamptz                    -- null: its user has not said that he knows
);
create index opening_mailbox on opening (domain, local_part, opened_at);
create index opening_unseen on opening (domain, local_part) where seen_at is null;
