-- Of the users in a part of a list, four bytes of a hash each: what is searched for a user who is erased, in place of the
-- parts themselves.
CREATE TABLE IF NOT EXISTS broadcast_part_hash (
    task   BIGINT          NOT NULL,
    part   INT             NOT NULL,
    hashes VARBINARY(8000) NOT NULL,
    PRIMARY KEY (task, part)
);
