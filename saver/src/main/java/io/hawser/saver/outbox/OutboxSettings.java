package io.hawser.saver.outbox;

import io.hawser.saver.purge.Lifetime;
import io.hawser.saver.purge.Outdated;
import java.time.Duration;
import java.util.List;

/**
 * How long the outbox remembers.
 *
 * @param deadLetterLifetime how long a dead letter may be driven again
 * @param silence a stream or an installation that nothing came from for so long is forgotten: what it sends then is taken
 *     as from a new one
 */
public record OutboxSettings(Duration deadLetterLifetime, Duration silence) {
    private static final Outdated DEAD_LETTERS = Outdated.by("dead_letter", "buried_ms");
    private static final Outdated INSTALLATIONS = Outdated.by("outbox_installation", "touched_ms");
    /** What is undelivered stays, however old; so does who was told to be online: a register may ask for it. */
    private static final Outdated STREAMS = Outdated.by("outbox_stream", "touched_ms")
            .where("told <> " + StreamState.ONLINE
                    + " AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.stream = outbox_stream.stream)");

    public static OutboxSettings defaults() {
        return new OutboxSettings(Duration.ofDays(30), Duration.ofDays(400));
    }

    /** What nobody will ask for any more. */
    public List<Lifetime> lifetimes() {
        return List.of(
                new Lifetime(DEAD_LETTERS, deadLetterLifetime),
                new Lifetime(INSTALLATIONS, silence),
                new Lifetime(STREAMS, silence));
    }
}
