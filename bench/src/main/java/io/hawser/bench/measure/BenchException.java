package io.hawser.bench.measure;

import org.jspecify.annotations.Nullable;

/** Something that keeps a benchmark from measuring; the message is the line that a person is told. */
public final class BenchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BenchException(String message) {
        this(message, null);
    }

    public BenchException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
