-- What owners prefer in the webmail (docs/adr/0011): not derived, and lost with the database. By address, since
-- the rows of the Catalogue come and go with what is indexed.

create table preferences (
  domain text collate "C" not null,
  local_part text collate "C" not null,
  value text not null check (length(value) <= 1000),
  primary key (domain, local_part)
);
