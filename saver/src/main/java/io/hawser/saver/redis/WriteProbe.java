package io.hawser.saver.redis;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a server is, and whether it writes: one may answer, and refuse whatever is to be written. It is asked by a
 * script, as all that is to be written is, for some versions refuse these less than commands; which leaves nothing behind, and needs no memory.
 */
final class WriteProbe {
    /** What a server says that cannot write its files, or has fewer replicas than it wants. */
    private static final List<String> REFUSES = List.of("MISCONF", "NOREPLICAS");

    private static final String WRITE = "return redis.call('DEL', KEYS[1])";

    private final byte[][] key;

    /** @param key of those that the server has; under it there is never anything */
    WriteProbe(byte[] key) {
        this.key = new byte[][] {key};
    }

    /**
     * Returns what names the server and its data. Fails where it is none to work on: for it refuses to write
     * ({@link RefusingRedisException}), or by what {@linkplain ServerInfo#accept it says of itself}.
     */
    CompletionStage<String> identity(RedisAsyncCommands<byte[], byte[]> commands) {
        return commands.info()
                .thenApply(text -> ServerInfo.of(text).accept())
                .thenCombine(writes(commands), (identity, writes) -> identity);
    }

    /** Fails where the server refuses to write; not where this could not be found out. */
    private CompletionStage<Boolean> writes(RedisAsyncCommands<byte[], byte[]> commands) {
        return commands.<Long>eval(WRITE, ScriptOutputType.INTEGER, key).handle((deleted, failure) -> {
            if (isRefusal(failure)) {
                throw new RefusingRedisException("Redis: refuses to write: " + failure.getMessage());
            }
            return failure == null;
        });
    }

    /** Whether a command failed since the server refuses whatever is to be written. */
    static boolean isRefusal(@Nullable Throwable failure) {
        return failure != null && says(String.valueOf(failure.getMessage()), REFUSES);
    }

    /** Whether an error begins with one of these codes, or what a script met does. */
    static boolean says(String error, List<String> codes) {
        return codes.stream().anyMatch(code -> error.startsWith(code) || error.contains("-" + code + " "));
    }
}
