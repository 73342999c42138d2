-- What a mirror holds is held against the Messages of the same Message-ID. A hostile one may be longer than an index
-- takes: its first characters will do.
create index message_by_header on message (mailbox_id, (left(header_id, 100)));
