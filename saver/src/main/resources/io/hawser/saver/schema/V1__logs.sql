-- Users' message logs. The slot comes first in every key: it is what the tables are sharded by.
-- Each statement can be repeated: a saver killed in the middle of its first start finds half of them done, since neither
-- MySQL nor MariaDB rolls back DDL.
-- App ids are ASCII without spaces; users and mailboxes are compared byte by byte, trailing spaces included.

-- The lives of savers. A commit locks its own row for share: who marks it DEAD has waited for all commits under way,
-- and none comes after.
CREATE TABLE IF NOT EXISTS incarnation (
    id         BIGINT      NOT NULL AUTO_INCREMENT,
    node       VARCHAR(64) NOT NULL,
    -- The number that the node's membership entry carries: a view that shows the node with another means this life is over.
    life       BIGINT      NOT NULL,
    -- ALIVE; LEAVING: alive, and giving its slots up; DEAD: its journal is not all folded yet; CLOSED: nothing of it is left.
    state      VARCHAR(8)  NOT NULL,
    started_ms BIGINT      NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE IF NOT EXISTS slot (
    slot         SMALLINT    NOT NULL,
    owner        BIGINT      NULL,
    generation   INT         NOT NULL,
    -- Of the Redis that holds the generation's marker. For people: nothing is decided by it.
    redis_run_id VARCHAR(64) NULL,
    PRIMARY KEY (slot)
);

INSERT INTO slot (slot, owner, generation)
WITH digit (d) AS (
    SELECT 0 UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3
    UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7
)
SELECT a.d * 512 + b.d * 64 + c.d * 8 + e.d, NULL, 0
FROM digit a CROSS JOIN digit b CROSS JOIN digit c CROSS JOIN digit e;

-- One row a group commit: a hawser.saver.v1.JournalBatch. Folded into the tables below after some seconds, and deleted.
CREATE TABLE IF NOT EXISTS journal (
    incarnation BIGINT     NOT NULL,
    batch       BIGINT     NOT NULL,
    created_ms  BIGINT     NOT NULL,
    payload     MEDIUMBLOB NOT NULL,
    PRIMARY KEY (incarnation, batch)
);

CREATE TABLE IF NOT EXISTS user_log (
    slot      SMALLINT                                      NOT NULL,
    app       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user      VARBINARY(64)                                 NOT NULL,
    head      BIGINT                                        NOT NULL,
    -- Newest message addressed to all mailboxes.
    last_all  BIGINT                                        NOT NULL,
    -- The first mailbox begins after this seq.
    floor     BIGINT                                        NOT NULL,
    -- A hawser.saver.v1.Mailboxes.
    mailboxes MEDIUMBLOB                                    NOT NULL,
    -- The newest message was not known to have been pushed.
    owed      BOOLEAN                                       NOT NULL,
    PRIMARY KEY (slot, app, user),
    KEY owed (slot, owed)
);

-- Messages that were not acknowledged when their journal batch was folded.
CREATE TABLE IF NOT EXISTS message (
    slot         SMALLINT                                      NOT NULL,
    app          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user         VARBINARY(64)                                 NOT NULL,
    seq          BIGINT                                        NOT NULL,
    target       VARBINARY(128)                                NOT NULL,
    expires_ms   BIGINT                                        NOT NULL,
    collapse_key VARBINARY(256)                                NOT NULL,
    content      MEDIUMBLOB                                    NOT NULL,
    PRIMARY KEY (slot, app, user, seq),
    KEY expiry (expires_ms)
);

-- Why a message below the head is not there any more, until all mailboxes are past it.
CREATE TABLE IF NOT EXISTS tombstone (
    slot   SMALLINT                                      NOT NULL,
    app    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user   VARBINARY(64)                                 NOT NULL,
    seq    BIGINT                                        NOT NULL,
    -- A number of hawser.rpc.v1.MessageState.
    reason TINYINT                                       NOT NULL,
    at_ms  BIGINT                                        NOT NULL,
    PRIMARY KEY (slot, app, user, seq),
    KEY age (at_ms)
);

-- Requests that may be repeated: those with a caller's key, and all of a crashed incarnation's last seconds.
CREATE TABLE IF NOT EXISTS request (
    slot        SMALLINT                                      NOT NULL,
    app         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user        VARBINARY(64)                                 NOT NULL,
    request_id  VARBINARY(256)                                NOT NULL,
    body_hash   VARBINARY(32)                                 NOT NULL,
    seq         BIGINT                                        NOT NULL,
    accepted_ms BIGINT                                        NOT NULL,
    -- A hawser.saver.v1.Chain.
    chain       BLOB                                          NOT NULL,
    PRIMARY KEY (slot, app, user, request_id),
    KEY age (accepted_ms)
);
