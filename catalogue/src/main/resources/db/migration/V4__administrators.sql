-- Administrators of the console (docs/adr/0020). Not derived: back it up. "mtm admin" writes it.

create table administrator (
  name text collate "C" primary key,
  email text not null,
  language text not null,
  domains text,                -- in lower case, a space between two; null: the whole host
  disabled boolean not null,
  password text not null,      -- algorithm:iterations:salt:hash
  password_since timestamptz not null
);
