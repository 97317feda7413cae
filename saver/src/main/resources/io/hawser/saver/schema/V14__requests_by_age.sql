-- A log's newest requests are read by this, however many it has.

-- Unless the index is there, of an earlier run that did not come to its end: MySQL has no ADD KEY IF NOT EXISTS.
SET @add_newest = (
    SELECT IF(
        COUNT(*) = 0,
        'ALTER TABLE request ADD KEY newest (slot, app, user, seq)',
        'DO 0')
    FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'request' AND index_name = 'newest');

PREPARE add_newest FROM @add_newest;

EXECUTE add_newest;

DEALLOCATE PREPARE add_newest;
