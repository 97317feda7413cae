-- Bans, and bodies that clients pull. Each statement can be repeated.

-- One row. Each change to the bans takes it, FOR UPDATE, for its new version; so versions are committed in their order,
-- and a reader who has seen version v has seen all up to v.
CREATE TABLE IF NOT EXISTS ban_version (
    singleton TINYINT UNSIGNED NOT NULL PRIMARY KEY,
    version   BIGINT UNSIGNED  NOT NULL,
    -- Of bans lifted up to here no row is left: who knows less than this reads all anew.
    forgotten BIGINT UNSIGNED  NOT NULL
);

INSERT IGNORE INTO ban_version (singleton, version, forgotten) VALUES (1, 0, 0);

CREATE TABLE IF NOT EXISTS ban (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    -- Empty: of all apps. Of user, device and network those are empty that it is not about.
    app        VARBINARY(64)   NOT NULL,
    user       VARBINARY(64)   NOT NULL,
    device     VARBINARY(64)   NOT NULL,
    network    VARBINARY(64)   NOT NULL,
    version    BIGINT UNSIGNED NOT NULL,
    lifted     BOOLEAN         NOT NULL,
    -- 2^63 - 1: never. Of one that was lifted: when its row may go.
    expires_ms BIGINT          NOT NULL,
    -- A hawser.rpc.v1.Ban, without id, version and lifted.
    content    BLOB            NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY target (app, user, device, network),
    UNIQUE KEY by_version (version),
    KEY of_app (app, id),
    KEY ended (lifted, expires_ms)
);

-- The slot comes first: it is what the table is sharded by. The bodies of an app's broadcasts and batches have user '',
-- and the slot of that.
CREATE TABLE IF NOT EXISTS body (
    slot       SMALLINT                                          NOT NULL,
    app        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user       VARBINARY(64)                                     NOT NULL,
    body_key   VARBINARY(64)                                     NOT NULL,
    -- Another one with each body under the key.
    version    BIGINT                                            NOT NULL,
    text       BOOLEAN                                           NOT NULL,
    expires_ms BIGINT                                            NOT NULL,
    content    MEDIUMBLOB                                        NOT NULL,
    PRIMARY KEY (slot, app, user, body_key),
    KEY expiry (expires_ms)
);
