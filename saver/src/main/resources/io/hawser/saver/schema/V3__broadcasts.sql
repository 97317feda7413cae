-- Broadcasts, groups and cursors: stateless over these tables, whichever saver serves. Sharded by nothing: an app's
-- broadcasts are few, and its row orders them.

-- One row an app. Whoever gives a bseq or a change number holds its lock until the commit, so numbers become visible in
-- their order and without a hole.
CREATE TABLE IF NOT EXISTS broadcast_app (
    app                VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- Newest entry of the log.
    watermark          BIGINT NOT NULL DEFAULT 0,
    -- Entries up to here are no longer kept.
    trimmed_to         BIGINT NOT NULL DEFAULT 0,
    -- Newest change, and those no longer kept.
    changed            BIGINT NOT NULL DEFAULT 0,
    changes_trimmed_to BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (app)
) ENGINE = InnoDB;

-- What became of a broadcast, and how far it is.
CREATE TABLE IF NOT EXISTS broadcast_task (
    task               BIGINT         NOT NULL AUTO_INCREMENT,
    app                VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- NULL: a list of users.
    bseq               BIGINT         NULL,
    -- Names of groups, one a line; empty: all of the app.
    audience           VARBINARY(2048) NOT NULL,
    -- A number of hawser.rpc.v1.TaskState.
    state              TINYINT        NOT NULL,
    urgent             BOOLEAN        NOT NULL,
    serial             BOOLEAN        NOT NULL,
    members_per_second BIGINT         NOT NULL,
    accepted_ms        BIGINT         NOT NULL,
    expires_ms         BIGINT         NOT NULL,
    changed_ms         BIGINT         NOT NULL,
    created_by         VARBINARY(256) NOT NULL,
    request_id         VARBINARY(256) NOT NULL,
    -- A hash of the rooms that have slices; 0: none yet.
    sliced_for         BIGINT         NOT NULL DEFAULT 0,
    -- What is no longer in broadcast_progress and broadcast_slice.
    targeted           BIGINT         NOT NULL DEFAULT 0,
    sent               BIGINT         NOT NULL DEFAULT 0,
    acknowledged       BIGINT         NOT NULL DEFAULT 0,
    failed             BIGINT         NOT NULL DEFAULT 0,
    last_error         INT            NOT NULL DEFAULT 0,
    slices             INT            NOT NULL DEFAULT 0,
    slices_finished    INT            NOT NULL DEFAULT 0,
    PRIMARY KEY (task),
    UNIQUE KEY entry (app, bseq),
    KEY by_app (app, task),
    KEY by_app_state (app, state, task),
    KEY by_state (state, expires_ms),
    KEY expiry (expires_ms)
) ENGINE = InnoDB;

-- The log: every bseq from trimmed_to + 1 to the watermark, content emptied once it has expired.
CREATE TABLE IF NOT EXISTS broadcast_entry (
    app         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    bseq        BIGINT         NOT NULL,
    task        BIGINT         NOT NULL,
    expires_ms  BIGINT         NOT NULL,
    content     MEDIUMBLOB     NOT NULL,
    PRIMARY KEY (app, bseq),
    KEY expiry (expires_ms)
) ENGINE = InnoDB;

-- Requests that may be repeated.
CREATE TABLE IF NOT EXISTS broadcast_request (
    app         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    request_id  VARBINARY(256) NOT NULL,
    body_hash   VARBINARY(32)  NOT NULL,
    task        BIGINT         NOT NULL,
    accepted_ms BIGINT         NOT NULL,
    PRIMARY KEY (app, request_id),
    KEY age (accepted_ms)
) ENGINE = InnoDB;

-- What followers are told besides new entries: a task of the log changed, or a user's memberships did.
CREATE TABLE IF NOT EXISTS broadcast_change (
    app    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    number BIGINT         NOT NULL,
    bseq   BIGINT         NULL,
    user   VARBINARY(64)  NULL,
    at_ms  BIGINT         NOT NULL,
    PRIMARY KEY (app, number),
    KEY age (at_ms)
) ENGINE = InnoDB;

-- What rooms have written, each for its life: totals, which only grow.
CREATE TABLE IF NOT EXISTS broadcast_progress (
    app              VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    bseq             BIGINT         NOT NULL,
    room             VARBINARY(64)  NOT NULL,
    room_incarnation BIGINT         NOT NULL,
    targeted         BIGINT         NOT NULL,
    sent             BIGINT         NOT NULL,
    acknowledged     BIGINT         NOT NULL,
    at_ms            BIGINT         NOT NULL,
    PRIMARY KEY (app, bseq, room, room_incarnation),
    KEY age (at_ms)
) ENGINE = InnoDB;

-- What a list's users get.
CREATE TABLE IF NOT EXISTS broadcast_list (
    task         BIGINT         NOT NULL,
    collapse_key VARBINARY(256) NOT NULL,
    content      MEDIUMBLOB     NOT NULL,
    PRIMARY KEY (task)
) ENGINE = InnoDB;

CREATE TABLE IF NOT EXISTS broadcast_part (
    task       BIGINT     NOT NULL,
    part       INT        NOT NULL,
    user_count INT        NOT NULL,
    -- A hawser.rpc.v1.ReadUserListPartReply.
    users      MEDIUMBLOB NOT NULL,
    PRIMARY KEY (task, part)
) ENGINE = InnoDB;

-- Work on a task that is not over, for one center at a time: a room's share of a log's entry, or a part of a list.
CREATE TABLE IF NOT EXISTS broadcast_slice (
    slice              BIGINT        NOT NULL AUTO_INCREMENT,
    task               BIGINT        NOT NULL,
    -- '' and 0: a list's.
    room               VARBINARY(64) NOT NULL,
    room_incarnation   BIGINT        NOT NULL,
    -- 0: a room's.
    part               INT           NOT NULL,
    center             VARBINARY(64) NOT NULL DEFAULT '',
    center_incarnation BIGINT        NOT NULL DEFAULT 0,
    fence              BIGINT        NOT NULL DEFAULT 0,
    lease_until_ms     BIGINT        NOT NULL DEFAULT 0,
    -- -1: nothing was reported yet.
    targeted           BIGINT        NOT NULL DEFAULT -1,
    remaining          BIGINT        NOT NULL DEFAULT 0,
    done_users         INT           NOT NULL DEFAULT 0,
    failed             INT           NOT NULL DEFAULT 0,
    last_error         INT           NOT NULL DEFAULT 0,
    finished           BOOLEAN       NOT NULL DEFAULT FALSE,
    -- Where finished: since when; or since when fewer rooms are there, which may have been finished or not.
    finished_ms        BIGINT        NOT NULL DEFAULT 0,
    PRIMARY KEY (slice),
    UNIQUE KEY place (task, room, room_incarnation, part),
    KEY free (finished, lease_until_ms),
    KEY held (center, center_incarnation, finished),
    KEY by_task (task, finished)
) ENGINE = InnoDB;

-- Centers that asked for slices lately: they share what there is.
CREATE TABLE IF NOT EXISTS broadcast_center (
    center      VARBINARY(64) NOT NULL,
    incarnation BIGINT        NOT NULL,
    seen_ms     BIGINT        NOT NULL,
    PRIMARY KEY (center),
    KEY age (seen_ms)
) ENGINE = InnoDB;

-- Who is in which group. The device is '' where all devices of the user are meant.
CREATE TABLE IF NOT EXISTS membership (
    app        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user       VARBINARY(64) NOT NULL,
    device     VARBINARY(64) NOT NULL,
    group_name VARBINARY(64) NOT NULL,
    -- The app's watermark when it began: broadcasts above it are for the member.
    since_bseq BIGINT        NOT NULL,
    PRIMARY KEY (app, user, device, group_name),
    KEY by_group (app, group_name, user, device)
) ENGINE = InnoDB;

-- What an endpoint has seen of the log.
CREATE TABLE IF NOT EXISTS endpoint_cursor (
    app      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user     VARBINARY(64)  NOT NULL,
    device   VARBINARY(64)  NOT NULL,
    low      BIGINT         NOT NULL,
    -- A hawser.rpc.v1.StoredCursor.
    content  VARBINARY(32768) NOT NULL,
    saved_ms BIGINT         NOT NULL,
    PRIMARY KEY (app, user, device),
    KEY age (saved_ms)
) ENGINE = InnoDB;
