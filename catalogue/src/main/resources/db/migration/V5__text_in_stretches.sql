-- What is searched for in headers stands in the stretch itself (docs/adr/0018): a search is one walk over the
-- stretches of a mailbox, without a look at their messages.

alter table presence add column search_text text collate "C";

update presence p set search_text = m.search_text
  from message m where m.mailbox_id = p.mailbox_id and m.id = p.message_id;

delete from presence where search_text is null; -- there are none: a stretch never outlives its message
alter table presence alter column search_text set not null;
