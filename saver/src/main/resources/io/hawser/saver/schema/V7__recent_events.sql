-- The last events that were stored of a stream, 8 bytes of each one's webhook id, oldest first: one that is told again, as its
-- answer was late or lost, is known by it, also when it has been delivered since. Empty in streams of uplinks.
ALTER TABLE outbox_stream ADD COLUMN recent VARBINARY(256) NOT NULL DEFAULT '';
