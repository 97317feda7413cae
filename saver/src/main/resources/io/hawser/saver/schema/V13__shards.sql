-- Which server has the rows of which slots, by the name that savers have for it in their configuration. Each slot is in one
-- range. Read when a saver starts.
CREATE TABLE IF NOT EXISTS slot_shard (
    first_slot SMALLINT      NOT NULL,
    last_slot  SMALLINT      NOT NULL,
    shard      VARBINARY(64) NOT NULL,
    PRIMARY KEY (first_slot)
) ENGINE = InnoDB;

INSERT INTO slot_shard (first_slot, last_slot, shard)
SELECT 0, 4095, 'main' FROM (SELECT 1) one WHERE NOT EXISTS (SELECT 1 FROM slot_shard);
