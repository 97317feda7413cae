-- An app's held mailboxes are listed past those that were counted and are not held, by this alone.

-- Unless the index is so already, of an earlier run that did not come to its end: MySQL has no ADD KEY IF NOT EXISTS.
SET @add_fruitless = (
    SELECT IF(
        COUNT(*) = 0,
        'ALTER TABLE mailbox_hold DROP KEY of_app, ADD KEY of_app (app, user, mailbox, fruitless)',
        'DO 0')
    FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'mailbox_hold' AND index_name = 'of_app' AND column_name = 'fruitless');

PREPARE add_fruitless FROM @add_fruitless;

EXECUTE add_fruitless;

DEALLOCATE PREPARE add_fruitless;
