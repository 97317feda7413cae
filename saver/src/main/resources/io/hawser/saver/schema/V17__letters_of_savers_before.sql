-- A saver of before V16, beside newer ones while they are upgraded, stores letters as it always did: they are some at once,
-- for nobody will confirm them, and nobody has told their bodies apart. Newer ones say that theirs are not yet.
ALTER TABLE mailbox_dead_letter
    ALTER COLUMN bytes SET DEFAULT 0,
    ALTER COLUMN body_bytes SET DEFAULT 0,
    ALTER COLUMN confirmed SET DEFAULT TRUE,
    MODIFY COLUMN header MEDIUMBLOB NULL;
