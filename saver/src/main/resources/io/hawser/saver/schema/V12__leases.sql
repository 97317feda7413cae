-- Who does for all savers what one of them has to do: until when, by this database's clock.
CREATE TABLE IF NOT EXISTS lease (
    name     VARBINARY(64)  NOT NULL,
    holder   VARBINARY(128) NOT NULL,
    until_ms BIGINT         NOT NULL,
    PRIMARY KEY (name)
) ENGINE = InnoDB;

INSERT IGNORE INTO lease (name, holder, until_ms) VALUES ('purge', '', 0);
