-- What proves the last password that the mail server took (docs/adr/0031): not derived, and no loss with the database.

create table accepted_password (
  domain text collate "C" not null,
  local_part text collate "C" not null,
  hash text not null,                    -- PBKDF2 of the keyed digest of the password; the key is in a file
  at timestamptz not null,
  primary key (domain, local_part)
);
create index accepted_password_at on accepted_password (at);
