-- Tokens of programs, what they were answered, and what was done about gaps (docs/adr/0033): not derived, back them up.
-- "mtm admin token" writes api_token.

create table api_token (
  hash text collate "C" primary key,     -- SHA-256 of the token
  administrator text collate "C" not null references administrator on delete cascade,
  label text collate "C" not null,
  scope text not null,                   -- READ, WRITE
  made timestamptz not null,
  expires timestamptz not null,
  unique (administrator, label)
);

create table first_answer (
  token text collate "C" not null references api_token on delete cascade,
  key text collate "C" not null,         -- Idempotency-Key
  request text not null,                 -- SHA-256 of what was asked for
  at timestamptz not null,
  status integer not null,               -- 0: under way
  answer text not null,                  -- sealed to the token; empty: under way
  primary key (token, key)
);
create index first_answer_at on first_answer (at);

create table follow_up (
  subject text collate "C" primary key,
  done boolean not null,
  note text not null,
  who text not null,
  at timestamptz not null
);
