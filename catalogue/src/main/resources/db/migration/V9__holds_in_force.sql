-- Who may lift a hold, and whether it is in force (docs/adr/0027).

alter table hold
  add column by_host boolean not null default false,  -- placed by an administrator of the whole host
  add column in_force_at timestamptz,                 -- when all its days were last found pinned; null: never
  add column failing integer not null default 0;      -- mailboxes that could not be held at the latest look
update hold set by_host = exists (select 1 from administrator where name = placed_by and domains is null);
alter table hold alter column by_host drop default, alter column failing drop default;
