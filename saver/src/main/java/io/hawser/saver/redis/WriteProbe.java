package io.hawser.saver.redis;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a server writes: one may answer, and refuse whatever is to be written. It is a script, as all that is
 * to be written is, for some versions refuse these less than commands. It leaves nothing behind, and needs no memory.
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

    /** Returns what the server says where it refuses to write; empty where it writes, or this could not be found out. */
    CompletionStage<String> refusal(RedisAsyncCommands<byte[], byte[]> commands) {
        return commands.<Long>eval(WRITE, ScriptOutputType.INTEGER, key)
                .handle((deleted, failure) -> isRefusal(failure) ? String.valueOf(failure.getMessage()) : "");
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
