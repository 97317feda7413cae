package io.hawser.saver.hold;

import io.hawser.saver.batch.StoreTransactions;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes dead letters of mailboxes that nobody sent again in their time. Any saver may do it for all. */
public final class LetterPurge implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(LetterPurge.class);
    private static final int MAX_ATTEMPTS = 5;
    /** They may be large. */
    private static final int PORTION = 100;

    private static final int MAX_PORTIONS = 50;

    private final Duration lifetime;
    private final StoreTransactions transactions;
    private final Clock clock;
    private final Counter expired;

    public LetterPurge(HoldSettings settings, DataSource database, Clock clock, MeterRegistry meters) {
        this.lifetime = settings.deadLetterLifetime();
        this.transactions = new StoreTransactions(database, MAX_ATTEMPTS, meters);
        this.clock = clock;
        this.expired = meters.counter("hawser.saver.letters.gone", "why", "expired");
    }

    /** Deletes what is there to delete, up to a bound; the next run goes on. Blocks. */
    @Override
    public void run() {
        long beforeMs = clock.millis() - lifetime.toMillis();
        try {
            int portions = 0;
            while (portions < MAX_PORTIONS && deletePortion(beforeMs) == PORTION) {
                portions++;
            }
        } catch (HawserException e) {
            LOG.warn("Old dead letters of mailboxes are not deleted this time: {}", e.toString());
        }
    }

    private int deletePortion(long beforeMs) {
        int deleted = transactions.run(connection -> LetterRows.deleteOld(connection, beforeMs, PORTION));
        expired.increment(deleted);
        return deleted;
    }
}
