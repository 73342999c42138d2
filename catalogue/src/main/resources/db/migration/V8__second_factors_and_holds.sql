-- Second factors of administrators (docs/adr/0025) and legal holds (docs/adr/0027): not derived, back them up.
-- How large a folder is: derived; null in states that were indexed before, until the folder is looked at again.

create table second_factor (
  name text collate "C" primary key references administrator on delete cascade,
  seed text not null,                    -- iterations:salt:nonce:ciphertext, sealed with the password
  since timestamptz not null,
  recovery text not null,                -- SHA-256 of each code that is left, a space between two
  last_step bigint not null,
  failures integer not null,
  last_failure timestamptz
);

create table hold (
  id uuid primary key,
  domain text collate "C" not null,
  local_part text collate "C",           -- null: all mailboxes of the domain
  reason text not null,
  placed_by text not null,
  placed_at timestamptz not null,
  until_day date,                        -- the last day on which it holds; null: until it is lifted
  lifted_by text,
  lifted_at timestamptz,
  lift_reason text,
  settled boolean not null               -- lifted, and its pins are gone
);
create index hold_standing on hold (placed_at) where not settled;

alter table folder_state add column bytes bigint;
