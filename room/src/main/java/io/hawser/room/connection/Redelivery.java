package io.hawser.room.connection;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.util.function.LongSupplier;

/**
 * How far mailboxes were written to connections that ended before their clients acknowledged it: what is written to the
 * same device again is flagged {@code redelivered}. That is for the client's comfort alone, so it may be forgotten: of
 * another room, a room's earlier life, or one connection too many, nothing is known. May be used by any thread.
 */
public final class Redelivery {
    private final Cache<Key, Long> given;

    private record Key(String app, String user, String device, String mailbox) {
        static Key of(Reader reader) {
            return new Key(reader.app(), reader.user(), reader.device(), reader.mailbox());
        }
    }

    public Redelivery(RedeliveryConfig config, LongSupplier nanoTime) {
        Ticker ticker = nanoTime::getAsLong;
        given = Caffeine.newBuilder()
                .maximumSize(config.maxRemembered())
                .expireAfterWrite(config.keptFor())
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /** A connection ended; messages up to {@code seq} were written to it, and not all of them acknowledged. */
    void remember(Reader reader, long seq) {
        given.put(Key.of(reader), seq);
    }

    /** Returns up to which seq messages were written before, 0 where that is not known; the reader tells again. */
    long takeGiven(Reader reader) {
        Long seq = given.asMap().remove(Key.of(reader));
        return seq == null ? 0 : seq;
    }

    /** Bindings that are remembered, about. */
    public long remembered() {
        return given.estimatedSize();
    }
}
