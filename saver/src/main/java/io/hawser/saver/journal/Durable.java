package io.hawser.saver.journal;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a commit outlives a loss of power, as MySQL is set: the promise of "accepted" rests on it, and it may be changed
 * while MySQL runs. Tells operators; who sets it so may have a reason.
 */
public final class Durable implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Durable.class);
    private static final String SETTINGS =
            "SELECT @@GLOBAL.innodb_flush_log_at_trx_commit, @@GLOBAL.log_bin, @@GLOBAL.sync_binlog";

    private final DataSource mySql;
    private final Consumer<String> remark;
    private volatile String said = "";
    private volatile double durable = Double.NaN;

    /** @param remark is told what is not as it should be, when that changes; blank: nothing */
    public Durable(DataSource mySql, MeterRegistry meters, Consumer<String> remark) {
        this.mySql = mySql;
        this.remark = remark;
        // Not known yet is neither.
        Gauge.builder("hawser.saver.mysql.durable", this, self -> self.durable).register(meters);
    }

    /** Looks once. While MySQL does not answer, what was found last stands. */
    @Override
    public void run() {
        try (Connection connection = mySql.getConnection();
                Statement select = connection.createStatement();
                ResultSet row = select.executeQuery(SETTINGS)) {
            row.next();
            say(String.join(", ", lacking(row)));
        } catch (SQLException away) {
            LOG.debug("MySQL's settings are not known: {}", away.getMessage());
        }
    }

    /** Without a binary log nothing has to be in it. */
    private static List<String> lacking(ResultSet row) throws SQLException {
        List<String> lacking = new ArrayList<>();
        // MariaDB's 3 is 1, and more.
        if (row.getInt(1) != 1 && row.getInt(1) != 3) {
            lacking.add("innodb_flush_log_at_trx_commit = " + row.getInt(1)
                    + " (expected: 1, or a loss of power loses what was accepted)");
        }
        if (row.getInt(2) == 1 && row.getLong(3) != 1) {
            lacking.add("sync_binlog = " + row.getLong(3) + " (expected: 1, or a replica may lack what was accepted)");
        }
        return lacking;
    }

    private void say(String words) {
        durable = words.isEmpty() ? 1 : 0;
        if (words.equals(said)) {
            return;
        }
        said = words;
        if (words.isEmpty()) {
            LOG.info("MySQL: commits outlive a loss of power");
        } else {
            LOG.warn("MySQL: {}", words);
        }
        remark.accept(words);
    }
}
