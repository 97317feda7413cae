-- Apps, credentials and the operators' audit log. Not sharded by slot: small, and read whole by whoever keeps a copy.

-- One row. Each change to the directory takes it, FOR UPDATE, for its new version; so versions are committed in their
-- order, and a reader who has seen version v has seen all up to v.
CREATE TABLE IF NOT EXISTS directory_version (
    singleton TINYINT UNSIGNED NOT NULL PRIMARY KEY,
    version   BIGINT UNSIGNED  NOT NULL
) ENGINE = InnoDB;

INSERT IGNORE INTO directory_version (singleton, version) VALUES (1, 0);

CREATE TABLE IF NOT EXISTS app (
    id      VARBINARY(64)   NOT NULL PRIMARY KEY,
    version BIGINT UNSIGNED NOT NULL,
    -- hawser.rpc.v1.App
    content MEDIUMBLOB      NOT NULL,
    UNIQUE KEY app_by_version (version)
) ENGINE = InnoDB;

CREATE TABLE IF NOT EXISTS credential (
    id      VARBINARY(64)   NOT NULL PRIMARY KEY,
    version BIGINT UNSIGNED NOT NULL,
    -- hawser.rpc.v1.Credential
    content BLOB            NOT NULL,
    UNIQUE KEY credential_by_version (version)
) ENGINE = InnoDB;

CREATE TABLE IF NOT EXISTS audit (
    number  BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    -- hawser.rpc.v1.AuditEntry, without its number
    content BLOB            NOT NULL
) ENGINE = InnoDB;
