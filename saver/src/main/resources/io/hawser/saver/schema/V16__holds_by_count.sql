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

-- A letter counts once its mailbox was taken past it, and is listed without its body.
SET @add_letters = (
    SELECT IF(
        COUNT(*) = 0,
        'ALTER TABLE mailbox_dead_letter
            ADD COLUMN bytes INT NOT NULL AFTER buried_ms,
            ADD COLUMN header MEDIUMBLOB NOT NULL AFTER content,
            ADD COLUMN body_bytes INT NOT NULL AFTER header,
            ADD COLUMN confirmed BOOLEAN NOT NULL DEFAULT TRUE AFTER body_bytes,
            DROP KEY of_app, ADD KEY of_app (app, confirmed, id, bytes),
            DROP KEY of_user, ADD KEY of_user (app, user, confirmed, id)',
        'DO 0')
    FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'mailbox_dead_letter' AND column_name = 'confirmed');

PREPARE add_letters FROM @add_letters;

EXECUTE add_letters;

DEALLOCATE PREPARE add_letters;

-- Those that are there are letters, whose bodies no list told apart; new ones are not before they are confirmed: until then
-- they are nobody's, for the mailbox may have them still.
ALTER TABLE mailbox_dead_letter ALTER COLUMN confirmed SET DEFAULT FALSE;

UPDATE mailbox_dead_letter SET bytes = LENGTH(content), header = content WHERE bytes = 0 AND header = '';
