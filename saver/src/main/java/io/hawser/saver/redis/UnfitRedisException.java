package io.hawser.saver.redis;

/** A Redis answers, and is not to be given anything: it would lose it by itself. Nothing stands in for such a one. */
public final class UnfitRedisException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    UnfitRedisException(String message) {
        super(message);
    }
}
