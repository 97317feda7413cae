package io.hawser.saver.outbox;

import java.time.Duration;

/**
 * How long the outbox remembers.
 *
 * @param deadLetterLifetime how long a dead letter may be driven again
 * @param silence a stream or an installation that nothing came from for so long is forgotten: what it sends then is taken
 *     as from a new one
 */
public record OutboxSettings(Duration deadLetterLifetime, Duration silence) {
    public static OutboxSettings defaults() {
        return new OutboxSettings(Duration.ofDays(30), Duration.ofDays(400));
    }
}
