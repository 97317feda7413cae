package io.hawser.room.connection;

import io.hawser.room.access.Access;
import io.hawser.room.token.TokenVerifier;
import java.time.Clock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What all event loops of a room share: each part may be used by any thread.
 *
 * @param access who gets in, and how much each may do
 * @param bans who may not bind
 * @param nanoTime the monotonic clock
 * @param randoms gives each loop a source of chance of its own
 */
public record Surroundings(
        Identity identity,
        Apps apps,
        TokenVerifier tokens,
        Sessions sessions,
        Mailboxes mailboxes,
        Redelivery redelivery,
        Access access,
        Admission admission,
        ConnectionMeters meters,
        Services services,
        Bans bans,
        Clock wall,
        LongSupplier nanoTime,
        Supplier<? extends RandomGenerator> randoms) {}
