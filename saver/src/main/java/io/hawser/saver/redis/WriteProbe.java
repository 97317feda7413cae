package io.hawser.saver.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Finds out what a server is, and whether it writes: one may answer, and refuse whatever is to be written. It is asked by a
 * script, as all that is to be written is, for some versions refuse these less than commands; which leaves nothing behind,
 * and needs no memory.
 */
final class WriteProbe {
    private static final String WRITE = "return redis.call('DEL', KEYS[1])";
    private static final String DIGEST = Script.sha1(WRITE);

    private final byte[][] key;
    private final Consumer<String> unknown;

    /**
     * @param key of those that the server has; under it there is never anything
     * @param unknown hears what the server said where it could not be found out whether it writes
     */
    WriteProbe(byte[] key, Consumer<String> unknown) {
        this.key = new byte[][] {key};
        this.unknown = unknown;
    }

    /** Has a server know by what it is asked. */
    CompletionStage<String> load(RedisAsyncCommands<byte[], byte[]> commands) {
        return commands.scriptLoad(WRITE);
    }

    /**
     * Returns what names the server and its data. Fails where it is none to work on: for it refuses to write
     * ({@link RefusingRedisException}), by what {@linkplain ServerInfo#accept it says of itself}, or for nothing is to be
     * had by this connection any more.
     */
    CompletionStage<String> identity(RedisAsyncCommands<byte[], byte[]> commands) {
        return commands.info()
                .thenApply(text -> ServerInfo.of(text).accept())
                .thenCombine(deleted(commands), (identity, deleted) -> identity);
    }

    private CompletionStage<Long> deleted(RedisAsyncCommands<byte[], byte[]> commands) {
        return commands.<Long>evalsha(DIGEST, ScriptOutputType.INTEGER, key).exceptionally(this::presumed);
    }

    /** One that cannot be asked is taken for one that writes, until it refuses something. */
    private Long presumed(Throwable failure) {
        if (ServerErrors.isRefusal(failure)) {
            throw new RefusingRedisException("Redis: refuses to write: " + failure.getMessage());
        }
        if (ServerErrors.endsConnection(failure) || !(failure instanceof RedisCommandExecutionException)) {
            throw new CompletionException(failure);
        }
        unknown.accept(String.valueOf(failure.getMessage()));
        return 0L;
    }
}
