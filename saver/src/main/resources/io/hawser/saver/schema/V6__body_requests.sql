-- Requests that stored a body under a key of the caller's, and may be repeated: as long as an append may be.
CREATE TABLE IF NOT EXISTS body_request (
    slot       SMALLINT                                          NOT NULL,
    app        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user       VARBINARY(64)                                     NOT NULL,
    body_key   VARBINARY(64)                                     NOT NULL,
    request_id VARBINARY(64)                                     NOT NULL,
    -- SHA-256 over the body, and whether it is text.
    body_hash  BINARY(32)                                        NOT NULL,
    stored_ms  BIGINT                                            NOT NULL,
    PRIMARY KEY (slot, app, user, body_key, request_id),
    KEY age (stored_ms)
);
