package io.hawser.saver.journal;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.IMetricsTracker;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/**
 * The connections, and the schema at its newest version. What a message's promise needs has a pool of its own: whoever
 * keeps the stores busy takes no connection from a commit, nor from a slot's next generation.
 */
public final class Database implements AutoCloseable {
    /** Of each pool; more are opened when they are needed, and closed when they have not been for a while. */
    private static final int MIN_IDLE = 2;

    /** Version of the schema: the last that this release knows. */
    public static final String NEWEST = "latest";

    private static final String STATEMENT_TIMEOUT = "socketTimeout";
    private static final Duration IDLE_LIFETIME = Duration.ofMinutes(1);
    /** Flyway's own, its lock's, and its history's. */
    private static final int SCHEMA_POOL_SIZE = 4;

    private final HikariDataSource logs;
    private final HikariDataSource stores;

    private Database(HikariDataSource logs, HikariDataSource stores) {
        this.logs = logs;
        this.stores = stores;
    }

    /**
     * Connects, and migrates the schema; several savers may do so at once.
     *
     * @throws io.hawser.keeper.StartException where the database is away, or refuses the credentials
     * @throws RuntimeException where the schema is newer than this release knows
     */
    public static Database open(MySqlSettings settings, MeterRegistry meters) {
        try {
            migrateTo(settings, NEWEST);
            HikariDataSource logs = pool("logs", settings.logPoolSize(), settings, meters);
            try {
                return new Database(logs, pool("stores", settings.storePoolSize(), settings, meters));
            } catch (RuntimeException e) {
                logs.close();
                throw e;
            }
        } catch (RuntimeException e) {
            throw DatabaseAway.explain(e);
        }
    }

    /** Connections for users' logs and for who owns them. */
    public DataSource logs() {
        return logs;
    }

    /** Connections for all that is stateless over the database. */
    public DataSource stores() {
        return stores;
    }

    @Override
    public void close() {
        stores.close();
        logs.close();
    }

    /**
     * Opens one connection on which a statement may take as long as it takes: for tools.
     *
     * @throws io.hawser.keeper.StartException where the database is away, or refuses the credentials
     */
    public static Connection connect(MySqlSettings settings) throws SQLException {
        Properties properties = new Properties();
        if (!settings.username().isEmpty()) {
            properties.setProperty("user", settings.username());
        }
        if (!settings.password().isEmpty()) {
            properties.setProperty("password", settings.password().reveal());
        }
        properties.setProperty("rewriteBatchedStatements", "true");
        properties.setProperty(
                "connectTimeout", Long.toString(settings.connectTimeout().toMillis()));
        try {
            return DriverManager.getConnection(settings.jdbcUrl(), properties);
        } catch (SQLException e) {
            throw DatabaseAway.explain(new IllegalStateException(e));
        }
    }

    /**
     * Brings the schema to a version, from an earlier one or from nothing.
     *
     * @param version {@link #NEWEST}, or one of this release or before
     */
    public static void migrate(MySqlSettings settings, String version) {
        try {
            migrateTo(settings, version);
        } catch (RuntimeException e) {
            throw DatabaseAway.explain(e);
        }
    }

    private static void migrateTo(MySqlSettings settings, String version) {
        HikariConfig config = config(settings);
        config.setPoolName("saver-schema");
        config.setMaximumPoolSize(SCHEMA_POOL_SIZE);
        config.setMinimumIdle(0);
        // A change of a large table takes as long as it takes; so does the wait for another saver's.
        config.getDataSourceProperties().remove(STATEMENT_TIMEOUT);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            migrate(pool, version);
        }
    }

    private static void migrate(DataSource pool, String version) {
        Flyway flyway = Flyway.configure()
                .dataSource(pool)
                .locations("classpath:io/hawser/saver/schema")
                .table("schema_history")
                .target(version)
                .load();
        // Every script can be repeated.
        if (Stream.of(flyway.info().all()).anyMatch(script -> script.getState().isFailed())) {
            flyway.repair();
        }
        flyway.migrate();
    }

    private static HikariDataSource pool(String name, int size, MySqlSettings settings, MeterRegistry meters) {
        HikariConfig config = config(settings);
        config.setPoolName("saver-" + name);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(Math.min(size, MIN_IDLE));
        config.setIdleTimeout(IDLE_LIFETIME.toMillis());
        Tags tags = Tags.of("pool", name);
        Counter timeouts = meters.counter("hawser.saver.pool.timeouts", tags);
        config.setMetricsTrackerFactory((pool, stats) -> new IMetricsTracker() {
            @Override
            public void recordConnectionTimeout() {
                timeouts.increment();
            }
        });
        HikariDataSource pool = new HikariDataSource(config);
        Gauge.builder(
                        "hawser.saver.pool.active",
                        pool,
                        p -> p.getHikariPoolMXBean().getActiveConnections())
                .tags(tags)
                .register(meters);
        Gauge.builder(
                        "hawser.saver.pool.waiting",
                        pool,
                        p -> p.getHikariPoolMXBean().getThreadsAwaitingConnection())
                .tags(tags)
                .register(meters);
        return pool;
    }

    private static HikariConfig config(MySqlSettings settings) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(settings.jdbcUrl());
        if (!settings.username().isEmpty()) {
            config.setUsername(settings.username());
        }
        if (!settings.password().isEmpty()) {
            config.setPassword(settings.password().reveal());
        }
        config.setConnectionTimeout(settings.connectTimeout().toMillis());
        config.setInitializationFailTimeout(settings.connectTimeout().toMillis());
        config.setConnectionInitSql("SET SESSION innodb_lock_wait_timeout = "
                + settings.lockTimeout().toSeconds());
        // A snapshot by statement: what a fold reads after it has locked its row is what others had committed by then.
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        config.addDataSourceProperty("rewriteBatchedStatements", "true");
        config.addDataSourceProperty("useAffectedRows", "false");
        config.addDataSourceProperty("connectTimeout", settings.connectTimeout().toMillis());
        config.addDataSourceProperty(
                STATEMENT_TIMEOUT, settings.statementTimeout().toMillis());
        config.addDataSourceProperty("tcpNoDelay", "true");
        return config;
    }
}
