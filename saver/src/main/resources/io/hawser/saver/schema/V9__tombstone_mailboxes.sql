-- Of a message that made room for a newer one: whom it was for, then who had acknowledged it, each behind a zero byte.
-- Null: not known.

-- Unless the column is there, of an earlier run that did not come to its end: MySQL has no ADD COLUMN IF NOT EXISTS.
SET @add_mailboxes = (
    SELECT IF(
        COUNT(*) = 0,
        'ALTER TABLE tombstone ADD COLUMN mailboxes BLOB NULL',
        'DO 0')
    FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'tombstone' AND column_name = 'mailboxes');

PREPARE add_mailboxes FROM @add_mailboxes;

EXECUTE add_mailboxes;

DEALLOCATE PREPARE add_mailboxes;
