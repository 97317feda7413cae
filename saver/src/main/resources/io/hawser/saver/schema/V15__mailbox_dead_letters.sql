-- Messages that a mailbox was taken past, for its client was given them again and again and acknowledged none.
CREATE TABLE IF NOT EXISTS mailbox_dead_letter (
    id        BIGINT                                        NOT NULL AUTO_INCREMENT,
    slot      SMALLINT                                      NOT NULL,
    app       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user      VARBINARY(64)                                 NOT NULL,
    mailbox   VARBINARY(128)                                NOT NULL,
    -- As it was in the user's log.
    seq       BIGINT                                        NOT NULL,
    -- Connections in a row, when it was given up.
    fruitless INT                                           NOT NULL,
    buried_ms BIGINT                                        NOT NULL,
    -- A hawser.wire.v1.Content.
    content   MEDIUMBLOB                                    NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY of_message (slot, app, user, seq, mailbox),
    KEY of_app (app, id),
    KEY of_user (app, user, id),
    KEY age (buried_ms)
);
