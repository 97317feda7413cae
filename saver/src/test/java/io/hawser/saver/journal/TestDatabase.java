package io.hawser.saver.journal;

import io.hawser.stores.EmbeddedMariaDb;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** A database of a test's own, with settings as they are by default. */
public final class TestDatabase {
    private TestDatabase() {}

    /** Connects, and brings the schema. */
    public static Database open(EmbeddedMariaDb mariaDb) {
        return Database.open(at(mariaDb.jdbcUrl()), new SimpleMeterRegistry());
    }

    public static MySqlSettings at(String jdbcUrl) {
        return at(jdbcUrl, MySqlSettings.defaults().logPoolSize());
    }

    /** With as many connections as some lanes need. */
    public static MySqlSettings at(String jdbcUrl, int logPoolSize) {
        MySqlSettings normal = MySqlSettings.defaults();
        return new MySqlSettings(
                jdbcUrl,
                normal.shard(),
                normal.username(),
                normal.password(),
                logPoolSize,
                normal.storePoolSize(),
                normal.connectTimeout(),
                normal.statementTimeout(),
                normal.lockTimeout());
    }
}
