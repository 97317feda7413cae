-- The last events that were stored of a stream, 8 bytes of each one's webhook id, oldest first: one that is told again, as its
-- answer was late or lost, is known by it, also when it has been delivered since. Empty in streams of uplinks.

-- Unless the column is there, of an earlier run that did not come to its end: MySQL has no ADD COLUMN IF NOT EXISTS.
SET @add_recent = (
    SELECT IF(
        COUNT(*) = 0,
        'ALTER TABLE outbox_stream ADD COLUMN recent VARBINARY(256) NOT NULL DEFAULT ''''',
        'DO 0')
    FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'outbox_stream' AND column_name = 'recent');

PREPARE add_recent FROM @add_recent;

EXECUTE add_recent;

DEALLOCATE PREPARE add_recent;
