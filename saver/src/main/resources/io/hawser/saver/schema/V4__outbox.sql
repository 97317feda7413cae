-- What goes up to the apps' back ends: uplinks and state events, until they are delivered. Each endpoint has two streams,
-- one of each, and order holds within a stream. A stream is known by 16 bytes, the slot first: it is what these tables are
-- sharded by.

-- Who appends to a stream locks its row, so that ordinals and ids are committed in their order.
CREATE TABLE IF NOT EXISTS outbox_stream (
    stream        BINARY(16)                                        NOT NULL,
    slot          SMALLINT                                          NOT NULL,
    app           VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user          VARBINARY(64)                                     NOT NULL,
    device        VARBINARY(64)                                     NOT NULL,
    events        BOOLEAN                                           NOT NULL,
    last_ordinal  BIGINT                                            NOT NULL,
    -- What the back end was told of the endpoint: 0 nothing, 1 online, 2 offline; and the newest stamp that was heard of.
    told          TINYINT                                           NOT NULL,
    stamp_version BIGINT                                            NOT NULL,
    stamp_counter BIGINT                                            NOT NULL,
    touched_ms    BIGINT                                            NOT NULL,
    PRIMARY KEY (stream),
    KEY owner (slot, app, user),
    KEY told (told, slot, app, user, device),
    KEY age (touched_ms)
);

-- Highest number of an installation's uplinks that was stored.
CREATE TABLE IF NOT EXISTS outbox_installation (
    stream     BINARY(16)    NOT NULL,
    nonce      VARBINARY(64) NOT NULL,
    stored     BIGINT        NOT NULL,
    touched_ms BIGINT        NOT NULL,
    PRIMARY KEY (stream, nonce),
    KEY age (touched_ms)
);

CREATE TABLE IF NOT EXISTS outbox (
    id              BIGINT                                            NOT NULL AUTO_INCREMENT,
    slot            SMALLINT                                          NOT NULL,
    app             VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    stream          BINARY(16)                                        NOT NULL,
    ordinal         BIGINT                                            NOT NULL,
    attempts        INT                                               NOT NULL,
    next_attempt_ms BIGINT                                            NOT NULL,
    last_error      VARBINARY(512)                                    NOT NULL,
    -- A hawser.rpc.v1.OutboxItem, without what stands in the columns above.
    content         MEDIUMBLOB                                        NOT NULL,
    PRIMARY KEY (id),
    KEY in_order (stream, ordinal),
    KEY waiting (app, id, slot)
);

CREATE TABLE IF NOT EXISTS dead_letter (
    -- As it was in the outbox.
    id         BIGINT                                            NOT NULL,
    app        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    stream     BINARY(16)                                        NOT NULL,
    buried_ms  BIGINT                                            NOT NULL,
    attempts   INT                                               NOT NULL,
    last_error VARBINARY(512)                                    NOT NULL,
    content    MEDIUMBLOB                                        NOT NULL,
    PRIMARY KEY (id),
    KEY of_app (app, id),
    KEY of_stream (stream),
    KEY age (buried_ms)
);

-- Messages that somebody wants to know of when they are not acknowledged in time.
CREATE TABLE IF NOT EXISTS delivery_watch (
    slot   SMALLINT                                          NOT NULL,
    app    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user   VARBINARY(64)                                     NOT NULL,
    seq    BIGINT                                            NOT NULL,
    due_ms BIGINT                                            NOT NULL,
    PRIMARY KEY (slot, app, user, seq),
    KEY due (due_ms, slot)
);
