package io.hawser.saver.journal;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** The pool of connections, and the schema at its newest version. */
public final class Database implements AutoCloseable {
    private final HikariDataSource pool;

    private Database(HikariDataSource pool) {
        this.pool = pool;
    }

    /**
     * Connects, and migrates the schema; several savers may do so at once.
     *
     * @throws io.hawser.keeper.StartException where the database is away, or refuses the credentials
     * @throws RuntimeException where the schema is newer than this release knows
     */
    public static Database open(MySqlSettings settings) {
        try {
            return migrated(new Database(new HikariDataSource(pool(settings))));
        } catch (RuntimeException e) {
            throw DatabaseAway.explain(e);
        }
    }

    private static Database migrated(Database database) {
        try {
            Flyway.configure()
                    .dataSource(database.pool)
                    .locations("classpath:io/hawser/saver/schema")
                    .table("schema_history")
                    .load()
                    .migrate();
            return database;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    public DataSource dataSource() {
        return pool;
    }

    @Override
    public void close() {
        pool.close();
    }

    private static HikariConfig pool(MySqlSettings settings) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("saver");
        config.setJdbcUrl(settings.jdbcUrl());
        if (!settings.username().isEmpty()) {
            config.setUsername(settings.username());
        }
        if (!settings.password().isEmpty()) {
            config.setPassword(settings.password().reveal());
        }
        config.setMaximumPoolSize(settings.poolSize());
        config.setConnectionTimeout(settings.connectTimeout().toMillis());
        config.setInitializationFailTimeout(settings.connectTimeout().toMillis());
        // A snapshot by statement: what a fold reads after it has locked its row is what others had committed by then.
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        config.addDataSourceProperty("rewriteBatchedStatements", "true");
        config.addDataSourceProperty("useAffectedRows", "false");
        config.addDataSourceProperty("connectTimeout", settings.connectTimeout().toMillis());
        config.addDataSourceProperty(
                "socketTimeout", settings.statementTimeout().toMillis());
        config.addDataSourceProperty("tcpNoDelay", "true");
        return config;
    }
}
