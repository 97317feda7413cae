-- Mailboxes whose messages were given in vain: the client took them, went on speaking, and acknowledged none.
CREATE TABLE IF NOT EXISTS mailbox_hold (
    slot      SMALLINT                                      NOT NULL,
    app       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user      VARBINARY(64)                                 NOT NULL,
    mailbox   VARBINARY(128)                                NOT NULL,
    -- Connections in a row.
    fruitless INT                                           NOT NULL,
    -- When the last of them was counted.
    ended_ms  BIGINT                                        NOT NULL,
    PRIMARY KEY (slot, app, user, mailbox),
    KEY of_app (app, user, mailbox),
    KEY age (ended_ms)
);
