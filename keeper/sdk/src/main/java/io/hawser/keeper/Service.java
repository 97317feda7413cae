package io.hawser.keeper;

import java.time.Duration;

/** A service that serves. */
public interface Service extends AutoCloseable {
    /**
     * Takes no new work and lets what is in hand end, for {@code atMost}; then it returns in any case. By now the
     * service is no longer in others' views, unless its advertisement says {@link Advertisement#listedWhileDraining}.
     */
    void drain(Duration atMost);

    /** Ends at once and gives back all that it took. */
    @Override
    void close();
}
